#include "web/cli/audit/destination.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <optional>

#include "platform/base/try.hpp"

namespace rogatory::cli {
namespace {

tl::unexpected<Error> unwritable(const std::filesystem::path& file) {
    return fail(Error{ErrorCode::invalid_input, "file.cannot_write"}.with("file", file.string()));
}

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const auto wrote = ::write(file, text.data(), text.size());
        if (wrote <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
}

class StandardOutput final : public AuditDestination {
public:
    Result<> take(const std::vector<AuditLine>& lines) override {
        std::string all;
        for (const auto& line : lines) all += line.text + "\n";
        if (!write_all(STDOUT_FILENO, all)) return unwritable("-");
        return {};
    }
};

class File final : public AuditDestination {
public:
    File(std::filesystem::path path, int file) : path_{std::move(path)}, file_{file} {}
    ~File() override { ::close(file_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    Result<> take(const std::vector<AuditLine>& lines) override {
        std::string all;
        for (const auto& line : lines) all += line.text + "\n";
        const auto before = ::lseek(file_, 0, SEEK_END);
        if (write_all(file_, all) && ::fsync(file_) == 0) return {};
        // Half a line would be taken for the end of the feed.
        if (::ftruncate(file_, before) != 0) return unwritable(path_);
        return unwritable(path_);
    }

private:
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
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return unwritable(path);
    AuditFile made;
    made.destination = std::make_unique<File>(path, file);
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
    }
    if (last->end != about.st_size && ::ftruncate(file, last->end) != 0) return unwritable(path);
    return made;
}

std::unique_ptr<AuditDestination> to_syslog(client::SyslogOptions options) {
    return std::make_unique<Collector>(std::move(options));
}

Result<std::uint64_t> read_cursor(const std::filesystem::path& file) {
    std::ifstream in{file};
    if (!in) return 0;
    std::string text;
    std::getline(in, text);
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size()) {
        return fail(Error{ErrorCode::invalid_input, "audit.cursor"}.with("file", file.string()));
    }
    return number;
}

Result<> write_cursor(const std::filesystem::path& path, std::uint64_t number) {
    const auto beside = std::filesystem::path{path.string() + ".next"};
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return unwritable(path);
    const bool whole = write_all(file, std::to_string(number) + "\n") && ::fsync(file) == 0;
    ::close(file);
    if (!whole || ::rename(beside.c_str(), path.c_str()) != 0) return unwritable(path);
    return {};
}

}  // namespace rogatory::cli
