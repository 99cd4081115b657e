#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/note.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"

// C2SP tlog-policy: which logs, which witnesses, and how many of them make a checkpoint count.
namespace rogatory::tlog {

struct PolicyLog {
    NoteKey key;
    std::string url;  // may be empty

    friend bool operator==(const PolicyLog&, const PolicyLog&) = default;
};

struct PolicyWitness {
    std::string name;  // inside the policy only
    NoteKey key;
    std::string url;  // may be empty

    friend bool operator==(const PolicyWitness&, const PolicyWitness&) = default;
};

// A cosignature that verified.
struct WitnessedAt {
    std::size_t witness;  // index into Policy::witnesses()
    UnixSeconds at;       // the newest, if the witness signed twice

    friend bool operator==(const WitnessedAt&, const WitnessedAt&) = default;
};

// What a policy found a checkpoint to be worth. Only Policy::verify makes one: the log's signature is verified.
class VerifiedCheckpoint {
public:
    [[nodiscard]] const Checkpoint& checkpoint() const noexcept { return checkpoint_; }
    [[nodiscard]] const TreeHead& head() const noexcept { return checkpoint_.head; }
    [[nodiscard]] const NoteKey& log() const noexcept { return log_; }
    [[nodiscard]] const std::vector<WitnessedAt>& cosignatures() const noexcept { return cosignatures_; }
    // The quorum is met; under `quorum none` always. Until then statements under it are "not yet witnessed".
    [[nodiscard]] bool counts() const noexcept { return counts_; }
    // For a flat group of k: the time of the k-th newest cosignature, against which the 24-hour rule is held
    // (protocol §5); nullopt under `quorum none`, without a quorum, and for groups of groups.
    [[nodiscard]] std::optional<UnixSeconds> quorum_time() const noexcept { return quorum_time_; }

private:
    friend class Policy;
    VerifiedCheckpoint(Checkpoint checkpoint, NoteKey log) : checkpoint_{std::move(checkpoint)}, log_{std::move(log)} {}

    Checkpoint checkpoint_;
    NoteKey log_;
    std::vector<WitnessedAt> cosignatures_;
    bool counts_ = false;
    std::optional<UnixSeconds> quorum_time_;
};

class Policy {
public:
    // Limits: 64 KiB, 64 logs, 64 witnesses, 64 groups. invalid_input "log.policy_malformed" with argument "line".
    [[nodiscard]] static Result<Policy> parse(std::string_view text);
    // One log and `quorum none`: what `rogatoryd init` starts with.
    [[nodiscard]] static Policy unwitnessed(const NoteKey& log, std::string url = {});

    // The canonical text: log, witness, group and quorum lines, one space between items, no comments. parse() of it
    // gives an equal policy.
    [[nodiscard]] std::string format() const;

    [[nodiscard]] const std::vector<PolicyLog>& logs() const noexcept { return logs_; }
    [[nodiscard]] const std::vector<PolicyWitness>& witnesses() const noexcept { return witnesses_; }
    [[nodiscard]] bool quorum_none() const noexcept { return !quorum_; }

    // k of n over witnesses alone. A single witness as quorum is 1 of 1. nullopt for `quorum none` and nested groups.
    struct Threshold {
        std::size_t k;
        std::size_t n;
        friend bool operator==(const Threshold&, const Threshold&) = default;
    };
    [[nodiscard]] std::optional<Threshold> threshold() const;

    // What protocol §5 asks of a policy in a register: exactly one log, and `quorum none` or one flat group of all its
    // witnesses with k > n/2 and n − k ≥ 1. (That no two are of one Party, only people can know.)
    // invalid_input "log.policy_not_ours".
    [[nodiscard]] Result<> require_protocol_form() const;

    // Verifies the log's signature and every line of a witness of ours.
    //   integrity "log.unsigned": no log of this policy signed it, or its origin is not the key's name;
    //   integrity "log.signature_invalid": a line under a known key does not verify (signed-note: the whole note is
    //   rejected).
    // Lines of unknown keys are ignored. A missing quorum is no error here: see VerifiedCheckpoint::counts().
    [[nodiscard]] Result<VerifiedCheckpoint> verify(const SignedCheckpoint& checkpoint) const;

    friend bool operator==(const Policy&, const Policy&) = default;

private:
    Policy() = default;

    // A member is a witness (index into witnesses_) or an earlier group (index into groups_).
    struct Member {
        bool is_group = false;
        std::size_t index = 0;
        friend bool operator==(const Member&, const Member&) = default;
    };
    struct Group {
        std::string name;
        std::size_t threshold = 0;
        std::vector<Member> members;
        friend bool operator==(const Group&, const Group&) = default;
    };
    class Parser;

    [[nodiscard]] bool witnessed(const Member& member, const std::vector<bool>& cosigned) const;
    [[nodiscard]] const std::string& name_of(const Member& member) const;

    std::vector<PolicyLog> logs_;
    std::vector<PolicyWitness> witnesses_;
    std::vector<Group> groups_;
    std::optional<Member> quorum_;  // nothing: `quorum none`
};

}  // namespace rogatory::tlog
