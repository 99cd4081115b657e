#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/merkle.hpp"
#include "crypto/tlog/tile.hpp"
#include "platform/base/result.hpp"

namespace rogatory::tlog {

using ChainId = crypto::Digest;

struct LoggedStatement {
    std::uint64_t index;  // in the log: the only clock between chains
    crypto::Digest id;

    friend bool operator==(const LoggedStatement&, const LoggedStatement&) = default;
};

// Two entries with one label: the log holds two statements for one place of a chain. Both are kept as evidence and
// neither is acted on (protocol §5 [same-seq-fork]).
struct ForkEvidence {
    std::uint64_t seq;
    LoggedStatement first;  // its id is unknown (all zero) if the place was settled long ago; its index never is
    LoggedStatement second;

    friend bool operator==(const ForkEvidence&, const ForkEvidence&) = default;
};

// How the log and the statements the server gave for a chain agree.
enum class Standing {
    complete,    // exactly one entry for each statement up to the head, none for head + 1
    incomplete,  // the log has an entry for head + 1 that the server did not give: show it, do not act on the chain
    unlogged,    // a statement was given that the log (up to here) has no entry for
    mismatch,    // the log's entry at some seq names another statement than the one given
    forked,      // two entries for one seq
};

// The client's view of the whole log: recomputes the root from every entry and, for each chain it follows, finds the
// entries of its statements in order. Pure: entries come through a BundleReader, checkpoints from the caller, who has
// verified them by his policy.
//
// A chain's entries must come in the order of seq. An entry for a later seq before an earlier one is not found, so its
// statement is `unlogged`: the server wrote them in the wrong order and the chain stops, as it should.
class LogFollower {
public:
    // A client that has seen nothing: the empty tree. follow() the chains known before the first advance().
    LogFollower() = default;

    [[nodiscard]] std::uint64_t size() const noexcept { return frontier_.size(); }
    [[nodiscard]] TreeHead head() const { return frontier_.head(); }

    // Follows a chain from entry 0 on. Bug unless size() == 0: what has been read is not kept. For a chain learned
    // later, read the log again into a fresh follower of the new chains up to the same head, then absorb() it.
    void follow(const ChainId& chain);
    [[nodiscard]] bool follows(const ChainId& chain) const { return chains_.contains(chain); }
    [[nodiscard]] std::vector<ChainId> chains() const;

    // Takes over the chains of a follower that stands at exactly this head. A chain both have stays ours.
    // integrity "log.inconsistent" if the heads differ.
    [[nodiscard]] Result<> absorb(LogFollower&& other);

    // Reads the entries from size() to `to`.size and recomputes the root. All or nothing: on failure nothing changed.
    //   integrity "log.inconsistent": the entries do not give this root, or the same size has another root. Either the
    //     bundles were wrong or the checkpoint is of another history: the caller keeps both as evidence;
    //   precondition_failed "log.behind": `to` is smaller than what was verified before;
    //   invalid_input "log.bundle_malformed"; and what the reader fails with.
    [[nodiscard]] Result<> advance(const TreeHead& to, BundleReader& bundles);

    // Number of statements of the chain that the log holds, in order from seq 0 (so the head's seq is one less).
    // Zero for a chain that is not followed.
    [[nodiscard]] std::uint64_t length(const ChainId& chain) const;
    // The log index of a statement; nullopt beyond length().
    [[nodiscard]] std::optional<std::uint64_t> index_of(const ChainId& chain, std::uint64_t seq) const;
    // What the log names at seq: known for seqs from the settled head on.
    [[nodiscard]] std::optional<LoggedStatement> logged(const ChainId& chain, std::uint64_t seq) const;
    [[nodiscard]] const std::optional<ForkEvidence>& fork(const ChainId& chain) const;

    // Judges the statements the server gave: `ids` are those of seq first_seq, first_seq + 1, …, and their last is the
    // head the server claims. first_seq ≤ settled length (bug otherwise); an empty list with first_seq = length claims
    // that there is nothing new. A chain that is not followed is a bug.
    [[nodiscard]] Standing judge(const ChainId& chain, std::uint64_t first_seq,
                                 std::span<const crypto::Digest> ids) const;

    // The caller has verified statements 0 … length − 1, the last of which is `head`, and keeps them: their ids need
    // not be kept here. Bug unless judge() calls them complete or incomplete up to there. Length 0 settles nothing.
    void settle(const ChainId& chain, std::uint64_t length, const crypto::Digest& head);
    [[nodiscard]] std::uint64_t settled_length(const ChainId& chain) const;

    // For the client's state file (which is signed and encrypted there): the frontier, and per chain its settled
    // length, head id, log indices, unsettled ids and fork evidence. Labels follow from these and are not stored.
    [[nodiscard]] Bytes encode() const;
    // invalid_input "log.state_malformed".
    [[nodiscard]] static Result<LogFollower> decode(ByteView state);

    friend bool operator==(const LogFollower& a, const LogFollower& b) {
        return a.frontier_ == b.frontier_ && a.chains_ == b.chains_;
    }

private:
    struct Chain {
        std::vector<std::uint64_t> indices;   // of seq 0, 1, …
        std::uint64_t settled = 0;            // statements verified by the caller
        crypto::Digest settled_head;          // id of statement settled − 1
        std::vector<crypto::Digest> pending;  // ids of seq settled, settled + 1, …
        std::optional<ForkEvidence> fork;

        friend bool operator==(const Chain&, const Chain&) = default;
    };
    struct Place {
        ChainId chain;
        std::uint64_t seq;
    };

    void watch(const ChainId& chain, std::uint64_t from_seq, std::uint64_t to_seq);
    void note_entry(const Entry& entry, std::uint64_t index);
    [[nodiscard]] const Chain& require(const ChainId& chain) const;
    [[nodiscard]] std::optional<crypto::Digest> known_id(const Chain& chain, std::uint64_t seq) const;

    Frontier frontier_;
    std::map<ChainId, Chain> chains_;
    // Labels of every seq up to and including the next of each chain.
    std::unordered_map<EntryLabel, Place, EntryLabelHash> places_;
};

}  // namespace rogatory::tlog
