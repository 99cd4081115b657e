#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/environment.hpp"
#include "platform/agent/unlock.hpp"

namespace rogatory::agent {

struct Membership {
    std::string party_code;
    std::string authority_name;
    std::string authority_kind;
    Hash register_chain{};
    Id authority{};
    Id member{};
    std::string role;  // by the register; empty when removed
    bool acting = false;
};

struct LogStatus {
    std::string origin;
    std::uint64_t size = 0;  // verified
    Hash root{};
    UnixSeconds checkpoint_time = 0;  // newest cosignature; under quorum none the log's word
    bool witnessed = false;           // false for ever under quorum none
    std::string policy;               // tlog-policy text
    std::vector<std::string> alarms;  // names of evidence files in the profile
    std::uint64_t counting_size = 0;  // covered by a checkpoint that meets the policy
    bool fresh = true;                // the 24-hour rule holds
    bool adopted = true;              // false: a successor that the own register has not adopted; nothing is signed
    bool adoption_awaits = false;     // it has, and the co-signers have yet to sign that
    std::string follows;              // the log that it goes on from; empty for the first
    std::size_t quorum = 0;           // 0: none
    struct Witness {
        std::string name;  // in the policy
        std::string key;   // verifier key
        std::string url;
        std::optional<UnixSeconds> at;  // newest cosignature seen in this run
    };
    std::vector<Witness> witnesses;
};

// One unlocked person at one device, acting for one authority. Follows the log, keeps registers and dossier chains
// verified, and is what every use case of this folder takes. Not thread safe.
class Agent {
public:
    struct State;

    // `acting_as`: "PARTY/authority" (name, kind or id prefix), needed when the person has several memberships.
    static Result<Agent> open(Environment& environment, Unlocked unlocked, std::string_view acting_as = {});
    // For one who would take over an authority that lost its custodians, and whom its register does not name yet. It
    // signs `authority_recovered` and nothing else. not_found "recovery.no_candidacy".
    static Result<Agent> open_as_candidate(Environment& environment, Unlocked unlocked);
    Agent(Agent&&) noexcept;
    Agent& operator=(Agent&&) noexcept;
    ~Agent();

    // Reads what is new: checkpoint, log entries, own and followed registers. Alarms are errors of code `integrity`.
    // Every use case calls it; calling it twice costs one checkpoint.
    Result<> synchronise();

    [[nodiscard]] std::vector<Membership> memberships() const;
    [[nodiscard]] LogStatus log_status() const;
    [[nodiscard]] UnixSeconds now() const;  // the `at` a statement would bear

    [[nodiscard]] State& state() noexcept { return *state_; }
    [[nodiscard]] const State& state() const noexcept { return *state_; }
    [[nodiscard]] Unlocked& unlocked() noexcept;

private:
    static Result<Agent> read(Environment& environment, Unlocked unlocked);
    explicit Agent(std::unique_ptr<State> state) noexcept;
    std::unique_ptr<State> state_;
};

}  // namespace rogatory::agent
