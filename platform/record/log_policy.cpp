#include "platform/record/log_policy.hpp"

#include "crypto/tlog/succession.hpp"
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

std::string_view LogPolicy::judge(const Seen& seen, std::uint64_t place) const {
    // (Before there was a second log a place was an index alone, whatever the first one's number.)
    const auto log = tlog::log_of(place);
    if (log > 0 && log != tlog::log_number(origin())) return "void.seen_forged";
    if (seen.size > tlog::entry_of(place)) return "void.seen_ahead";
    return signature_holds(seen) ? "" : "void.seen_forged";
}

}  // namespace rogatory::record
