#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/log_tree.hpp"
#include "crypto/tlog/policy.hpp"
#include "platform/agent/environment.hpp"
#include "platform/model/ids.hpp"
#include "platform/record/statement.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// A size that a quorum cosigned. Of k cosigners at least one is honest, so the newest cosignature of a checkpoint is
// not before, and the k-th newest not after, a time at which somebody honest saw it.
struct Cosigned {
    std::uint64_t size = 0;
    UnixSeconds first = 0;  // the newest cosignature of the first checkpoint of this size
    UnixSeconds last = 0;   // the k-th newest of the last one
};

// A log that has a successor, as far as anybody needs it: its tree, and how it ended. What its key is, is known only to
// whoever followed it; its entries stand by the root that entry 0 of the next one commits to.
struct PastLog {
    std::string origin;
    std::uint64_t number = 0;
    tlog::SignedCheckpoint last;
    tlog::LogTree tree;
    std::vector<Cosigned> cosigned;
    std::optional<tlog::Policy> policy;
    std::uint64_t counting_size = 0;  // of its entries so many are known to count under that policy

    [[nodiscard]] std::uint64_t size() const noexcept { return last.checkpoint.head.size; }
};

// One log as this client has verified it (protocol §5): every entry, the root at every size, and for each label its
// places. (LogView is it together with the logs before it.) Entries lie in the profile, 64 bytes each, with the newest
// signed checkpoint; what is read back is believed only if it gives the root that was signed.
//
// Two sizes: `size`, covered by the log's own signature (pending), and `counting_size`, covered by a checkpoint that
// meets the policy (counting). Under `quorum none` they are one.
class SingleLog {
public:
    // Under this policy alone: it comes from a register, a welcome card or a founding sheet, never from the server.
    // invalid_input from the policy's own checks.
    static Result<SingleLog> make(std::string policy_text);

    // What an earlier run kept; what does not fit is left out and read from the server again.
    Result<> restore(const ports::ProfileStore& profile);

    // Fetches the newest checkpoint and, if that one does not count, the newest that does; verifies both under the
    // policy, reads what is new, recomputes the root. integrity, evidence kept: "log.rolled_back", "log.signature",
    // "log.entries", and the proof of a fork, "log.forked" (see alarms.hpp).
    Result<> advance(Environment& environment);

    // The same log under another policy of the register: what was verified stays, the newest checkpoints are judged
    // anew.
    Result<> change_policy(Environment& environment, SingleLog changed);
    // Whether the newest checkpoints, read under this policy, would make so many entries count under that one.
    Result<bool> would_count(Environment& environment, const SingleLog& other, std::uint64_t size) const;

    // That this tree head, verified earlier by this person, is of the same history: integrity "log.forked",
    // "log.rolled_back".
    Result<> require_consistent(Environment& environment, const tlog::TreeHead& head, std::string_view whence) const;
    // The same for a head that bears the log's signature: what contradicts it proves a fork.
    Result<> require_consistent(Environment& environment, const record::Seen& seen, std::string_view whence) const;
    Result<> require_consistent(Environment& environment, const tlog::SignedCheckpoint& other,
                                std::string_view whence) const;
    // integrity "chain.forked", with the proof that two entries stand at one place.
    [[nodiscard]] tl::unexpected<Error> two_for_one_place(Environment& environment, std::uint64_t first,
                                                          std::uint64_t second, ByteView envelope) const;

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] tlog::TreeHead head() const { return {size_, root_at(size_)}; }
    [[nodiscard]] tlog::Hash root_at(std::uint64_t size) const { return tree_.root_at(size); }
    [[nodiscard]] const std::string& origin() const noexcept { return origin_; }
    [[nodiscard]] const std::string& policy_text() const noexcept { return policy_text_; }
    [[nodiscard]] const tlog::Policy& policy() const noexcept { return policy_; }
    [[nodiscard]] bool witnessed() const noexcept { return !policy_.quorum_none(); }

    // What the next statement says it has seen.
    [[nodiscard]] record::Seen seen() const;
    // Statements below this index are covered by a checkpoint that meets the policy.
    [[nodiscard]] std::uint64_t counting_size() const noexcept { return counting_size_; }
    // The k-th newest cosignature of the newest counting checkpoint; nullopt under quorum none.
    [[nodiscard]] std::optional<UnixSeconds> quorum_time() const noexcept { return quorum_time_; }
    // The newest cosignature of each witness of the policy, in its order.
    [[nodiscard]] const std::vector<std::optional<UnixSeconds>>& cosigned_at() const noexcept { return cosigned_at_; }
    // The 24-hour rule: unavailable "log.not_fresh" when the k-th newest cosignature is older than 24 hours or more
    // than five minutes ahead of the device's clock, or when there is none. An empty log has nothing that could be old.
    [[nodiscard]] Result<> require_fresh(const Clock& clock) const;
    // "Date disputed": cosignatures this device has seen show that the statement with this `at` was logged more than 24
    // hours after it, or 10 minutes before it.
    [[nodiscard]] bool disputed(std::uint64_t index, UnixSeconds at) const;

    // The indexes of the entries with the label of this place, in order: none, one, or the evidence of a fork.
    [[nodiscard]] std::vector<std::uint64_t> places(const model::ChainId& chain, std::uint64_t seq) const {
        return tree_.places(crypto::Digest{chain.value()}, seq, size_);
    }
    [[nodiscard]] const tlog::Entry& entry(std::uint64_t index) const { return tree_.entry(index); }
    // Some label stands twice: never in an honest log.
    [[nodiscard]] bool has_repeated_labels() const noexcept { return tree_.has_repeated_labels(); }
    [[nodiscard]] bool has_label(const tlog::EntryLabel& label) const { return tree_.has_label(label); }
    [[nodiscard]] bool signed_by_log(const record::Seen& seen) const;
    // C2SP tlog-proof of an entry under the newest checkpoint.
    [[nodiscard]] std::string proof(std::uint64_t index) const;

    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    [[nodiscard]] const tlog::NoteKey& log_key() const { return policy_.logs().front().key; }
    // The newest that was verified; nothing before the first advance.
    [[nodiscard]] const std::optional<tlog::SignedCheckpoint>& checkpoint() const noexcept { return checkpoint_; }
    // The largest size of which this device has seen that it counts, in this run or an earlier one.
    [[nodiscard]] std::uint64_t counted_before() const;
    // This log has a successor and ends with that checkpoint: what is beyond it never counted and is forgotten; what
    // the log had signed of it is kept beside (kBeyondCheckpoint, kBeyondEntries).
    // integrity "log.successor_older" when something beyond it did; and what advance says of a checkpoint of another
    // history.
    Result<> end_with(Environment& environment, const Bytes& note);
    [[nodiscard]] PastLog into_past() &&;
    // In the profile: "log/<name>" of the first log, "log/<n>/<name>" of the others.
    [[nodiscard]] static std::string file_of(std::uint64_t number, std::string_view name);

    // What a log signed beyond its end, as this device had verified it.
    static constexpr std::string_view kBeyondCheckpoint = "beyond.checkpoint";
    static constexpr std::string_view kBeyondEntries = "beyond.entries";

    // The entries of that log from the server, up to this size; whether they are the right ones the root says.
    static Result<> read_entries(Environment& environment, std::uint64_t number, tlog::LogTree& tree, std::uint64_t to);

private:
    SingleLog(tlog::Policy policy, std::string policy_text, std::string origin, std::uint64_t number);

    [[nodiscard]] std::string file(std::string_view name) const { return file_of(number_, name); }
    [[nodiscard]] std::string head_text() const;
    Result<tlog::VerifiedCheckpoint> verified(Environment& environment, const Bytes& note) const;
    Result<> take(Environment& environment, const Bytes& note, bool newest);
    Result<> extend(Environment& environment, const tlog::SignedCheckpoint& checkpoint, const Bytes& note);
    void count(const tlog::VerifiedCheckpoint& checkpoint);
    Result<> save(Environment& environment);
    [[nodiscard]] tl::unexpected<Error> forked(Environment& environment, const tlog::SignedCheckpoint& smaller,
                                               const tlog::SignedCheckpoint& larger, const tlog::LogTree& larger_tree,
                                               std::string_view whence) const;

    tlog::Policy policy_;
    std::string policy_text_;
    std::string origin_;
    std::uint64_t number_ = 0;

    tlog::LogTree tree_;
    std::uint64_t size_ = 0;                            // verified; the tree may be longer only inside advance()
    std::uint64_t saved_ = 0;                           // entries in the profile
    std::optional<tlog::SignedCheckpoint> checkpoint_;  // of that size, with the log's signature
    std::optional<tlog::SignedCheckpoint> remembered_;  // of an earlier run whose entries were damaged
    bool checkpoint_saved_ = false;

    std::uint64_t counting_size_ = 0;
    std::optional<UnixSeconds> quorum_time_;
    std::vector<std::optional<UnixSeconds>> cosigned_at_;
    std::vector<Cosigned> cosigned_;  // by size, ascending
    bool cosigned_changed_ = false;
};

}  // namespace rogatory::agent
