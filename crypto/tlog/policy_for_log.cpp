#include "crypto/tlog/policy_for_log.hpp"

#include "crypto/tlog/decimal.hpp"

namespace rogatory::tlog {

Result<Policy> policy_for_log(const Policy& given, const NoteKey& log) {
    for (const auto& other : given.logs()) {
        if (other.key.name() != log.name()) return fail(ErrorCode::invalid_input, "log.policy_not_ours");
    }
    std::string text = "log " + log.vkey() + "\n";
    const auto canonical = given.format();
    std::string_view rest = canonical;
    while (const auto line = take_line(rest)) {
        if (!line->starts_with("log ")) text += std::string{*line} + "\n";
    }
    return Policy::parse(text);
}

}  // namespace rogatory::tlog
