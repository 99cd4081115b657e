#include "web/cli/audit/destination.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <sstream>

#include "platform/base/try.hpp"

namespace rogatory::cli {
namespace {

tl::unexpected<Error> unwritable(const std::filesystem::path& file) {
    return fail(Error{ErrorCode::invalid_input, "file.cannot_write"}.with("file", file.string()));
}

tl::unexpected<Error> running(const std::filesystem::path& file) {
    return fail(Error{ErrorCode::conflict, "audit.running"}.with("file", file.string()));
}

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const auto wrote = ::write(file, text.data(), text.size());
        if (wrote <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
}

constexpr std::string_view kCursorKind = "rogatory-audit-cursor";

class StandardOutput final : public AuditDestination {
public:
    Result<> take(const std::vector<AuditLine>& lines) override {
        std::string all;
        for (const auto& line : lines) all += line.text + "\n";
        if (!write_all(STDOUT_FILENO, all)) return unwritable("-");
        return {};
    }
};

int open_to_append(const std::filesystem::path& path) {
    return ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
}

class File final : public AuditDestination {
public:
    File(std::filesystem::path path, int file) : path_{std::move(path)}, file_{file} {}
    ~File() override { ::close(file_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    Result<> take(const std::vector<AuditLine>& lines) override {
        ROGATORY_TRY_VOID(follow_name());
        std::string all;
        for (const auto& line : lines) all += line.text + "\n";
        const auto before = ::lseek(file_, 0, SEEK_END);
        if (write_all(file_, all) && ::fsync(file_) == 0) return {};
        // Half a line would be taken for the end of the feed.
        if (::ftruncate(file_, before) != 0) return unwritable(path_);
        return unwritable(path_);
    }

private:
    // Whoever turns logs over gives the file another name: what comes from then on belongs into a new one.
    Result<> follow_name() {
        struct stat ours {};
        struct stat named {};
        const bool there = ::stat(path_.c_str(), &named) == 0;
        if (there && ::fstat(file_, &ours) == 0 && ours.st_dev == named.st_dev && ours.st_ino == named.st_ino)
            return {};
        const int file = open_to_append(path_);
        if (file < 0) return unwritable(path_);
        if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
            ::close(file);
            return running(path_);
        }
        ::close(file_);
        file_ = file;
        return {};
    }

    std::filesystem::path path_;
    int file_;
};

class Collector final : public AuditDestination {
public:
    explicit Collector(client::SyslogOptions options) : options_{std::move(options)} {}
    Result<> take(const std::vector<AuditLine>& lines) override {
        if (!connection_) {
            ROGATORY_TRY(auto made, client::Syslog::connect(options_));
            connection_.emplace(std::move(made));
        }
        std::string frames;
        for (const auto& line : lines) frames += client::Syslog::frame(line.text);
        return connection_->send(frames);
    }
    void again() override { connection_.reset(); }

private:
    client::SyslogOptions options_;
    std::optional<client::Syslog> connection_;
};

// The end of the last whole line, and that line.
struct LastLine {
    off_t end = 0;
    std::string text;
};
std::optional<LastLine> last_line(int file, off_t size) {
    constexpr off_t kPiece = 64 * 1024;
    const auto from = size > kPiece ? size - kPiece : 0;
    std::string tail(static_cast<std::size_t>(size - from), '\0');
    if (::pread(file, tail.data(), tail.size(), from) != static_cast<ssize_t>(tail.size())) return std::nullopt;
    const auto end = tail.rfind('\n');
    if (end == std::string::npos) return from == 0 ? std::optional{LastLine{}} : std::nullopt;
    const auto begin = end == 0 ? std::string::npos : tail.rfind('\n', end - 1);
    const auto first = begin == std::string::npos ? 0 : begin + 1;
    return LastLine{from + static_cast<off_t>(end) + 1, tail.substr(first, end - first)};
}

}  // namespace

std::unique_ptr<AuditDestination> to_standard_output() { return std::make_unique<StandardOutput>(); }

Result<AuditFile> to_file(const std::filesystem::path& path, AuditFormat format) {
    const int file = open_to_append(path);
    if (file < 0) return unwritable(path);
    AuditFile made;
    made.destination = std::make_unique<File>(path, file);
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) return running(path);
    const auto not_a_feed = [&path] {
        return fail(Error{ErrorCode::invalid_input, "audit.not_a_feed"}.with("file", path.string()));
    };
    struct stat about {};
    if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) return not_a_feed();
    if (about.st_size == 0) return made;
    const auto last = last_line(file, about.st_size);
    if (!last) return not_a_feed();
    if (last->end != 0) {
        const auto number = number_of_line(format, last->text);
        if (!number) return not_a_feed();
        made.last = *number;
        made.line = last->text;
    }
    if (last->end != about.st_size && ::ftruncate(file, last->end) != 0) return unwritable(path);
    return made;
}

std::unique_ptr<AuditDestination> to_syslog(client::SyslogOptions options) {
    return std::make_unique<Collector>(std::move(options));
}

Result<AuditCursor> read_cursor(const std::filesystem::path& path) {
    const auto none = [&path] {
        return fail(Error{ErrorCode::invalid_input, "audit.cursor"}.with("file", path.string()));
    };
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT) return AuditCursor{};
    if (file < 0) return none();
    std::array<char, 1024> bytes{};
    const auto size = ::read(file, bytes.data(), bytes.size());
    ::close(file);
    if (size <= 0) return none();
    std::istringstream in{std::string{bytes.data(), static_cast<std::size_t>(size)}};
    AuditCursor cursor;
    std::string kind;
    std::string rest;
    const bool whole = static_cast<bool>(in >> kind >> cursor.host >> cursor.trail >> cursor.number >> cursor.digest);
    if (!whole || kind != kCursorKind || cursor.number == 0 || cursor.digest.size() != 64 || in >> rest) return none();
    return cursor;
}

Result<> write_cursor(const std::filesystem::path& path, const AuditCursor& cursor) {
    const auto text = std::string{kCursorKind} + " " + cursor.host + " " + cursor.trail + " " +
                      std::to_string(cursor.number) + " " + cursor.digest + "\n";
    const auto beside = std::filesystem::path{path.string() + ".next"};
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return unwritable(path);
    const bool whole = write_all(file, text) && ::fsync(file) == 0;
    ::close(file);
    if (!whole || ::rename(beside.c_str(), path.c_str()) != 0) return unwritable(path);
    return {};
}

Result<AuditHold> AuditHold::of(const std::filesystem::path& path) {
    const auto beside = std::filesystem::path{path.string() + ".lock"};
    const int file = ::open(beside.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return unwritable(path);
    AuditHold hold{file};
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) return running(path);
    return hold;
}

AuditHold::~AuditHold() {
    if (file_ >= 0) ::close(file_);
}

}  // namespace rogatory::cli
