#pragma once

// A line of the audit trail as other programs read it: OCSF events, syslog messages, and plain columns.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/ports/server.hpp"

namespace rogatory::cli {

enum class AuditFormat { text, ocsf, syslog };

struct AuditSource {
    std::string trail;  // a Party's code, or "platform"
    std::string host;   // of the server
};

// One line without its end.
[[nodiscard]] std::string format_audit(AuditFormat format, const AuditSource& source,
                                       const ports::remote::AuditRow& row);

// The number that a line of that format bears; nothing where it is no such line.
[[nodiscard]] std::optional<std::uint64_t> number_of_line(AuditFormat format, std::string_view line);

}  // namespace rogatory::cli
