#pragma once

#include <string>
#include <vector>

#include "platform/agent/agent.hpp"

// Each Party's clients watch its own register and tell of everything they did not sign themselves.
namespace rogatory::agent {

struct RegisterNews {
    std::uint64_t seq = 0;
    Hash id{};
    std::uint64_t index = 0;
    std::string kind;
    std::string member_name;  // who signed it, by the register
    Id member{};
    UnixSeconds at = 0;
    std::string signed_by;  // "this_device" | "own_key_elsewhere" | "colleague"
    bool void_ = false;
    bool counting = false;
    bool disputed = false;
};

// The statements of one's own Party's register since the last acknowledged one, that this device did not sign. Before
// the first acknowledgement: all of them. Synchronises; alarms are errors as everywhere.
Result<std::vector<RegisterNews>> register_news(Agent& agent);
// All that the register holds now was looked at.
Result<> acknowledge_register(Agent& agent);

// Each synchronisation calls it: a custodian is told, once a device, of every new statement he did not sign here
// (notice "register.news"). The first time on a device only says from where on.
Result<> tell_register_news(Agent::State& state);

// In the profile: what was signed on this device, so that a statement with one's own key from elsewhere is seen.
Result<> remember_signed(ports::ProfileStore& profile, const Hash& statement);

}  // namespace rogatory::agent
