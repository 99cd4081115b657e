#include "platform/agent/access_rules.hpp"

#include "platform/agent/rotate.hpp"
#include "platform/agent/state.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::uint64_t kIdle = 900;
constexpr std::uint64_t kAbsolute = 43'200;

}  // namespace

Result<AccessRules> access_rules(Agent& agent) {
    ROGATORY_TRY_VOID(agent.synchronise());
    AccessRules found;
    found.rules.session_idle = kIdle;
    found.rules.session_absolute = kAbsolute;
    if (const auto set = agent.state().own().access_policy()) {
        found.rules = *set;
        found.set = true;
    }
    return found;
}

Result<> set_access_rules(Agent& agent, const record::AccessPolicySet& rules) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    if (state.membership().authority != state.own().root()) return fail(ErrorCode::forbidden, "authority.root_only");
    return append_to_register(state, [&]() -> Result<RegisterBody> { return RegisterBody{rules, {}}; });
}

}  // namespace rogatory::agent
