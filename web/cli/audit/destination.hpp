#pragma once

// Where a feed of the audit trail goes, and how far it has come there.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "web/cli/audit/formats.hpp"
#include "web/client/syslog.hpp"

namespace rogatory::cli {

struct AuditLine {
    std::uint64_t number = 0;
    std::string text;
};

class AuditDestination {
public:
    virtual ~AuditDestination() = default;
    // All of them, in order; returns when they are there for good.
    [[nodiscard]] virtual Result<> take(const std::vector<AuditLine>& lines) = 0;
    // What is taken after an error may be there already.
    virtual void again() {}
};

[[nodiscard]] std::unique_ptr<AuditDestination> to_standard_output();

// Lines at the end of a file, which itself says how far it is: a line that was cut off is taken away and comes again.
// invalid_input "audit.not_a_feed" {file} where its last line is none of this format; "file.cannot_write" {file}.
struct AuditFile {
    std::unique_ptr<AuditDestination> destination;
    std::uint64_t last = 0;
};
[[nodiscard]] Result<AuditFile> to_file(const std::filesystem::path& file, AuditFormat format);

// Connects when it first must, and anew after a failure.
[[nodiscard]] std::unique_ptr<AuditDestination> to_syslog(client::SyslogOptions options);

// How far a feed has come, in a file of its own. invalid_input "audit.cursor" {file}.
[[nodiscard]] Result<std::uint64_t> read_cursor(const std::filesystem::path& file);
[[nodiscard]] Result<> write_cursor(const std::filesystem::path& file, std::uint64_t number);

}  // namespace rogatory::cli
