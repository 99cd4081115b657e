#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

// Archives of evidence against a log, as `rogatory alarm export` makes them (platform/agent/alarms.hpp).
namespace rogatory::custody {

inline constexpr std::size_t kMostEvidenceBytes = std::size_t{16} << 20;

// The file of the archive in which a piece of evidence stands.
[[nodiscard]] std::string evidence_file(std::string_view piece);

// What such an archive shows by itself, without network or account.
struct EvidenceVerdict {
    std::string what;
    bool proven = false;  // of the kinds that prove themselves: two histories under one log key
    std::string log_key;  // verifier key of the log: compare it with a founding sheet
    std::string finding;  // key: "evidence.<finding>"
    std::vector<std::pair<std::string, std::string>> facts;  // name, value: sizes, indexes, roots
};
// invalid_input "evidence.malformed"; integrity "log.unsigned", "log.signature_invalid"; invalid_input
// "evidence.proves_nothing" when the pieces do not show what the archive says.
[[nodiscard]] Result<EvidenceVerdict> verify_evidence(ByteView archive);

}  // namespace rogatory::custody
