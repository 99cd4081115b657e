#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/merkle.hpp"
#include "crypto/tlog/policy.hpp"
#include "platform/agent/environment.hpp"
#include "platform/model/ids.hpp"
#include "platform/record/statement.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// The whole log as this client has verified it (protocol §5): every entry, the root at every size, and for each label
// its places. Entries lie in the profile, 64 bytes each, so that a chain learned later needs no second reading; what is
// read back from there is believed only once it gives a root that was signed.
class LogView {
public:
    // Under this policy alone: it comes from a register, a welcome card or a founding sheet, never from the server.
    // invalid_input from the policy's own checks.
    static Result<LogView> make(std::string policy_text);

    // Entries of an earlier run; what does not fit is left out and read from the server again.
    Result<> restore(const ports::ProfileStore& profile);

    // Fetches the newest checkpoint, verifies it under the policy, reads what is new, recomputes the root.
    // integrity, evidence kept: "log.rolled_back", "log.forked", "log.signature", "log.entries".
    Result<> advance(Environment& environment);

    // The same log under another policy of the register: what was verified stays, the newest checkpoint is judged anew.
    Result<> change_policy(Environment& environment, LogView changed);

    // That this tree head, verified earlier or by somebody else, is of the same history. integrity "log.forked"; a head
    // beyond what was read is "log.rolled_back".
    Result<> require_consistent(Environment& environment, const tlog::TreeHead& head, std::string_view whence) const;

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] tlog::TreeHead head() const { return {size_, root_at(size_)}; }
    [[nodiscard]] tlog::Hash root_at(std::uint64_t size) const;
    [[nodiscard]] const std::string& origin() const noexcept { return origin_; }
    [[nodiscard]] const std::string& policy_text() const noexcept { return policy_text_; }
    [[nodiscard]] bool witnessed() const noexcept { return !policy_.quorum_none(); }

    // What the next statement says it has seen.
    [[nodiscard]] record::Seen seen() const;
    // Statements below this index are covered by a checkpoint that meets the policy.
    [[nodiscard]] std::uint64_t counting_size() const noexcept { return counting_size_; }
    // The k-th newest cosignature of the newest counting checkpoint; nullopt under quorum none.
    [[nodiscard]] std::optional<UnixSeconds> quorum_time() const noexcept { return quorum_time_; }

    // The entries with the label of this place, in order: none, one, or the evidence of a fork.
    struct Place {
        model::LogIndex index = 0;
        model::StatementId id;
    };
    [[nodiscard]] std::vector<Place> places(const model::ChainId& chain, std::uint64_t seq) const;
    // Some label stands twice: never in an honest log.
    [[nodiscard]] bool has_repeated_labels() const noexcept { return !again_.empty(); }
    [[nodiscard]] bool signed_by_log(const record::Seen& seen) const;

private:
    LogView(tlog::Policy policy, std::string policy_text, std::string origin, std::uint64_t number);

    [[nodiscard]] std::string head_text() const;
    void push(const tlog::Entry& entry);
    void truncate_to_verified();
    Result<> read_entries(Environment& environment, std::uint64_t to);
    Result<> save(Environment& environment);

    tlog::Policy policy_;
    std::string policy_text_;
    std::string origin_;
    std::uint64_t number_ = 0;

    std::vector<tlog::Entry> entries_;
    std::vector<std::vector<tlog::Hash>> levels_;  // [l][i]: root of the complete subtree of 2^l leaves number i
    std::unordered_map<tlog::EntryLabel, std::uint64_t, tlog::EntryLabelHash> first_;
    std::unordered_map<tlog::EntryLabel, std::vector<std::uint64_t>, tlog::EntryLabelHash> again_;

    std::uint64_t size_ = 0;   // verified; entries_ may be longer only inside advance()
    std::uint64_t saved_ = 0;  // entries in the profile
    std::optional<crypto::Signature> log_signature_;
    std::uint64_t counting_size_ = 0;
    std::optional<UnixSeconds> quorum_time_;
};

}  // namespace rogatory::agent
