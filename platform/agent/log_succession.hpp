#pragma once

#include <string>
#include <string_view>

#include "platform/agent/log_policy.hpp"

// A log that could not be repaired goes on in a new one, which each Party adopts (protocol §5, decision 1602).
namespace rogatory::agent {

struct LogSuccession {
    std::string origin;  // of the log that ended,
    std::uint64_t size = 0;
    Hash root{};       // and how,
    std::string next;  // and of the one that goes on
    PolicyChange change;
    std::vector<std::string> cosigners;  // of the new one, by name
};
// Reads a successor sheet and holds it to what this device has verified: the log that ended, with that very end, and
// the log that follows it, with that key, whose entry 0 commits to the end. integrity "log.successor_not_the_sheet",
// evidence kept; not_found "log.no_successor" when the server's log has none; conflict "void.nothing_changed" when it
// is adopted.
Result<LogSuccession> compare_successor(Agent& agent, std::string_view sheet);
// By a custodian of the root authority, who has the sheet by note verbale: signs `log_policy_set` in the new log.
Result<LogSuccession> adopt_successor(Agent& agent, std::string_view sheet);

}  // namespace rogatory::agent
