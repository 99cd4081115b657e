#pragma once

// Where a feed of the audit trail goes, and how far it has come there.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
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
// A file that was moved away meanwhile (logrotate) is begun anew under its name. One feed at a time: "audit.running".
// invalid_input "audit.not_a_feed" {file} where its last line is none of this format; "file.cannot_write" {file}.
struct AuditFile {
    std::unique_ptr<AuditDestination> destination;
    std::uint64_t last = 0;
    std::string line;  // the last one, as it stands there
};
[[nodiscard]] Result<AuditFile> to_file(const std::filesystem::path& file, AuditFormat format);

// Connects when it first must, and anew after a failure.
[[nodiscard]] std::unique_ptr<AuditDestination> to_syslog(client::SyslogOptions options);

// How far a feed has come, in a file of its own: of which server and trail, up to which number, and digest_of() that
// row.
struct AuditCursor {
    std::string host;
    std::string trail;
    std::uint64_t number = 0;  // 0: there is no such file yet
    std::string digest;
};
// invalid_input "audit.cursor" {file} where it is none or cannot be read: to begin anew would be to send all again.
[[nodiscard]] Result<AuditCursor> read_cursor(const std::filesystem::path& file);
[[nodiscard]] Result<> write_cursor(const std::filesystem::path& file, const AuditCursor& cursor);

// Held by one feed at a time: two would send everything twice and write over each other's cursor. conflict
// "audit.running" {file}.
class AuditHold {
public:
    [[nodiscard]] static Result<AuditHold> of(const std::filesystem::path& file);
    AuditHold() = default;
    AuditHold(AuditHold&& other) noexcept : file_{std::exchange(other.file_, -1)} {}
    AuditHold& operator=(AuditHold&& other) noexcept {
        std::swap(file_, other.file_);
        return *this;
    }
    ~AuditHold();

private:
    explicit AuditHold(int file) : file_{file} {}
    int file_ = -1;
};

}  // namespace rogatory::cli
