#include "crypto/tlog/policy_for_log.hpp"

#include "crypto/tlog/decimal.hpp"

namespace rogatory::tlog {

std::string witnesses_of(const Policy& policy) {
    std::string text;
    const auto canonical = policy.format();
    std::string_view rest = canonical;
    while (const auto line = take_line(rest)) {
        if (!line->starts_with("log ")) text += std::string{*line} + "\n";
    }
    return text;
}

Result<Policy> policy_for_log(const Policy& given, const NoteKey& log) {
    for (const auto& other : given.logs()) {
        if (other.key.name() != log.name()) return fail(ErrorCode::invalid_input, "log.policy_not_ours");
    }
    return Policy::parse("log " + log.vkey() + "\n" + witnesses_of(given));
}

}  // namespace rogatory::tlog
