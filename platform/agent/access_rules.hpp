#pragma once

#include "platform/agent/agent.hpp"
#include "platform/record/register_bodies.hpp"

// How one's own Party's people come in: the server holds each request to it (platform/decisions/1823-access-rules.md).
namespace rogatory::agent {

struct AccessRules {
    record::AccessPolicySet rules;  // the server's own limits where the Party has set none
    bool set = false;
};
Result<AccessRules> access_rules(Agent& agent);

// By an access manager of the root authority: forbidden "authority.root_only". The server refuses what would shut out
// whoever signs it.
Result<> set_access_rules(Agent& agent, const record::AccessPolicySet& rules);

}  // namespace rogatory::agent
