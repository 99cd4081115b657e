#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/agent.hpp"
#include "platform/record/log_policy.hpp"

// The witnesses of the log, as one's own Party has them: they change by `log_policy_set` alone (protocol §5).
namespace rogatory::agent {

struct PolicyChange {
    std::string before;  // tlog-policy texts
    std::string after;
    std::vector<std::string> added;  // witnesses by name
    std::vector<std::string> removed;
    std::size_t quorum_before = 0;  // 0: none
    std::size_t quorum_after = 0;
};
[[nodiscard]] PolicyChange policy_change(const record::LogPolicy& before, const record::LogPolicy& after);
// Reads a policy file and says what it would change: the same log and key, one flat group, k > n/2. Errors of the
// policy's own; integrity "log.policy_other_log".
Result<PolicyChange> compare_policy(Agent& agent, std::string_view policy);
// By a custodian of the root authority. In force for each client once it counts: under the policy before, or, since
// those witnesses may have gone, under the new one itself.
Result<PolicyChange> set_log_policy(Agent& agent, std::string_view policy);

}  // namespace rogatory::agent
