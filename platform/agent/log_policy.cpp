#include "platform/agent/log_policy.hpp"

#include <algorithm>

#include "platform/agent/rotate.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

std::size_t quorum_of(const tlog::Policy& policy) {
    const auto threshold = policy.threshold();
    return threshold ? threshold->k : 0;
}

// Who stands in `in` and, with the same key, not in `other`.
std::vector<std::string> only_in(const tlog::Policy& in, const tlog::Policy& other) {
    std::vector<std::string> names;
    for (const auto& witness : in.witnesses()) {
        const auto& all = other.witnesses();
        const bool there = std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.key == witness.key; });
        if (!there) names.push_back(witness.name);
    }
    return names;
}

}  // namespace

PolicyChange policy_change(const record::LogPolicy& before, const record::LogPolicy& after) {
    return PolicyChange{before.text(),
                        after.text(),
                        only_in(after.policy(), before.policy()),
                        only_in(before.policy(), after.policy()),
                        quorum_of(before.policy()),
                        quorum_of(after.policy())};
}

Result<PolicyChange> compare_policy(Agent& agent, std::string_view text) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY(const auto after, record::LogPolicy::parse(text));
    const auto& before = state.own().log_policy();
    // Another log is another history: that is not for a policy file to say.
    if (after.log() != before.log()) return fail(ErrorCode::integrity, "log.policy_other_log");
    if (after.text() == before.text()) return fail(ErrorCode::conflict, "void.nothing_changed");
    return policy_change(before, after);
}

Result<PolicyChange> set_log_policy(Agent& agent, std::string_view text) {
    ROGATORY_TRY(auto change, compare_policy(agent, text));
    auto& state = agent.state();
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    if (state.membership().authority != state.own().root()) return fail(ErrorCode::forbidden, "authority.root_only");
    ROGATORY_TRY_VOID(append_to_register(state, [&]() -> Result<RegisterBody> {
        return RegisterBody{record::LogPolicySet{change.after}, {}};
    }));
    return change;
}

}  // namespace rogatory::agent
