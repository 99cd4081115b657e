#pragma once

#include <string>

#include "crypto/tlog/policy.hpp"

namespace rogatory::tlog {

// The witnesses and quorum of `given` for this one log. A log line that is there already must bear its name, and gives
// way: invalid_input "log.policy_not_ours" otherwise.
[[nodiscard]] Result<Policy> policy_for_log(const Policy& given, const NoteKey& log);
// Its witness, group and quorum lines alone, as policy_for_log takes them for another log.
[[nodiscard]] std::string witnesses_of(const Policy& policy);

}  // namespace rogatory::tlog
