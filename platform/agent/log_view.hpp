#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/tlog/succession.hpp"
#include "platform/agent/single_log.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// The log as this client has verified it: the one that is appended to, and those it follows where one could not be
// repaired (protocol §5, decision 1602). One order goes through all of them (tlog::place_of); sizes and indexes here
// are places in it.
//
// Backwards, a log follows another by its entry 0 alone, which commits to how that one ended. Forwards, the server says
// that the log of the policy has a successor: it is read, but nothing in it counts and nothing is signed on it before
// the own register has adopted its key (adopted()). Until then of the log that ended only that counts which is known to
// count under its own policy. A successor that was seen once is remembered: a server that denies it, or names another
// key, is an alarm.
class LogView {
public:
    // Under this policy alone: it comes from a register, a welcome card or a founding sheet, never from the server.
    // invalid_input from the policy's own checks.
    static Result<LogView> make(std::string policy_text);

    // What an earlier run kept; what does not fit is left out and read from the server again.
    Result<> restore(const ports::ProfileStore& profile) { return log_.restore(profile); }

    // As SingleLog::advance; the first time also what comes before the log and after it. integrity, evidence kept:
    // "log.successor_older", "log.successor_differs", "log.successor_malformed", "log.repeated_in_successor",
    // "log.successor_denied".
    Result<> advance(Environment& environment);

    // The same log under another policy of the register: what was verified stays, the newest checkpoints are judged
    // anew. Of a successor: this adopts it.
    Result<> change_policy(Environment& environment, LogView changed);
    // The register of another membership is looked at, whose first policy was of that log: what one Party has adopted
    // is not adopted by another.
    Result<> begin_with(Environment& environment, std::uint64_t number);
    // A policy that the register sets for a log which has ended since. `first`: the one it was founded with. What it
    // makes count is found out by how that log ended; one that never counted changes nothing. integrity
    // "log.successor_differs", evidence kept: another key than the log that was read.
    Result<> change_past_policy(Environment& environment, const LogView& changed, bool first);
    // The newest log that the register has adopted.
    [[nodiscard]] std::uint64_t adopted_number() const noexcept { return adopted_number_; }
    // Whether the newest checkpoints, read under this policy, would make what is before this place count under that
    // one.
    Result<bool> would_count(Environment& environment, const LogView& other, std::uint64_t place) const;

    // That this tree head, verified earlier by this person, is of the same history: integrity "log.forked",
    // "log.rolled_back".
    Result<> require_consistent(Environment& environment, const tlog::TreeHead& head, std::string_view whence) const;
    // The same for a head that bears the log's signature: what contradicts it proves a fork.
    Result<> require_consistent(Environment& environment, const record::Seen& seen, std::string_view whence) const;
    Result<> require_consistent(Environment& environment, const tlog::SignedCheckpoint& other,
                                std::string_view whence) const;
    // The same for one of a log by its name; one that is not known says nothing.
    Result<> require_consistent(Environment& environment, const std::string& origin, const tlog::TreeHead& head,
                                std::string_view whence) const;
    // integrity "chain.forked", with the proof that two entries stand at one place.
    [[nodiscard]] tl::unexpected<Error> two_for_one_place(Environment& environment, const model::ChainId& chain,
                                                          std::uint64_t seq, ByteView envelope) const;

    [[nodiscard]] model::LogIndex size() const noexcept { return tlog::place_of(log_.number(), log_.size()); }
    [[nodiscard]] tlog::TreeHead head() const { return log_.head(); }  // of the log that is appended to
    [[nodiscard]] std::uint64_t number() const noexcept { return log_.number(); }
    [[nodiscard]] const std::string& origin() const noexcept { return log_.origin(); }
    [[nodiscard]] const std::string& policy_text() const noexcept { return log_.policy_text(); }
    [[nodiscard]] const tlog::Policy& policy() const noexcept { return log_.policy(); }
    [[nodiscard]] const tlog::NoteKey& log_key() const { return log_.log_key(); }
    [[nodiscard]] bool witnessed() const noexcept { return log_.witnessed(); }

    // False: the server says that this log goes on where the one of the policy ended, and no register says so yet.
    [[nodiscard]] bool adopted() const noexcept { return adopted_number_ == log_.number(); }
    // The one before the log that is appended to, and how it ended; nullptr for the first.
    [[nodiscard]] const PastLog* past() const { return past_.empty() ? nullptr : &past_.back(); }
    [[nodiscard]] const PastLog* past_named(std::string_view origin) const;
    [[nodiscard]] bool knows(std::string_view origin) const;
    // The policy under which checkpoints of that log are read; nullptr for one that is not known, or not by its key.
    [[nodiscard]] const tlog::Policy* policy_of(std::string_view origin) const;

    // What the next statement says it has seen.
    [[nodiscard]] record::Seen seen() const { return log_.seen(); }
    // Statements below this place are covered by a checkpoint that meets the policy.
    [[nodiscard]] model::LogIndex counting_size() const noexcept;
    // The k-th newest cosignature of the newest counting checkpoint; nullopt under quorum none.
    [[nodiscard]] std::optional<UnixSeconds> quorum_time() const noexcept { return log_.quorum_time(); }
    // The newest cosignature of each witness of the policy, in its order.
    [[nodiscard]] const std::vector<std::optional<UnixSeconds>>& cosigned_at() const noexcept {
        return log_.cosigned_at();
    }
    // The 24-hour rule (SingleLog).
    [[nodiscard]] Result<> require_fresh(const Clock& clock) const { return log_.require_fresh(clock); }
    // "Date disputed" (SingleLog).
    [[nodiscard]] bool disputed(model::LogIndex index, UnixSeconds at) const;

    // The entries with the label of this place of a chain, in order: none, one, or the evidence of a fork.
    struct Place {
        model::LogIndex index = 0;
        model::StatementId id;
    };
    [[nodiscard]] std::vector<Place> places(const model::ChainId& chain, std::uint64_t seq) const;
    // Some label stands twice: never in an honest log.
    [[nodiscard]] bool has_repeated_labels() const noexcept { return log_.has_repeated_labels(); }
    [[nodiscard]] bool signed_by_log(const record::Seen& seen) const;
    // It names a tree of the log that is appended to, larger than what was read.
    [[nodiscard]] bool is_ahead(const record::Seen& seen) const;

private:
    explicit LogView(SingleLog log) : log_{std::move(log)}, adopted_number_{log_.number()} {}

    Result<> follow(Environment& environment);
    Result<> read_past(Environment& environment);
    Result<> require_never_seen(Environment& environment) const;
    Result<> remember(Environment& environment, const Bytes& said) const;
    Result<> require_first_entry(Environment& environment) const;
    Result<> look_for_repeats(Environment& environment);
    [[nodiscard]] const PastLog* past_of(std::uint64_t number) const;

    SingleLog log_;
    std::vector<PastLog> past_;  // by number, without a gap, up to the one before log_; empty until it is read
    std::uint64_t adopted_number_ = 0;
    bool followed_ = false;
    std::uint64_t compared_ = 0;  // entries of log_ whose labels were looked for in those before it
};

}  // namespace rogatory::agent
