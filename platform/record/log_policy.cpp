#include "platform/record/log_policy.hpp"

#include "platform/base/try.hpp"
#include "platform/record/statement.hpp"

namespace rogatory::record {

Result<LogPolicy> LogPolicy::parse(std::string_view text) {
    if (text.size() > kMaxLogPolicyBytes) return fail(ErrorCode::invalid_input, "log.policy_not_ours");
    ROGATORY_TRY(auto policy, tlog::Policy::parse(text));
    ROGATORY_TRY_VOID(policy.require_protocol_form());
    return LogPolicy{std::string{text}, std::move(policy)};
}

bool LogPolicy::signature_holds(const Seen& seen) const {
    return tlog::verify_tree_head(log(), tlog::TreeHead{seen.size, seen.root}, seen.signature);
}

}  // namespace rogatory::record
