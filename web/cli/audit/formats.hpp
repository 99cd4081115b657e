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
// Whether a line that was written earlier tells of this very row. Not by its subject, which depends on who reads.
[[nodiscard]] bool line_tells_of(AuditFormat format, std::string_view line, const AuditSource& source,
                                 const ports::remote::AuditRow& row);

// What a row is for ever, whoever reads it: hex of a digest over the trail, the server and the row but its subject.
[[nodiscard]] std::string digest_of(const AuditSource& source, const ports::remote::AuditRow& row);

}  // namespace rogatory::cli
