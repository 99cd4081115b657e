#include "web/cli/commands/new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace rogatory::cli {

Result<> write_new_file(const std::string& file, std::string_view text) {
    const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (out < 0) {
        if (errno == EEXIST) return fail(Error{ErrorCode::conflict, "file.exists"}.with("file", file));
        return fail(Error{ErrorCode::invalid_input, "file.cannot_write"}.with("file", file));
    }
    bool good = true;
    while (good && !text.empty()) {
        const auto written = ::write(out, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        good = written > 0;
        if (good) text.remove_prefix(static_cast<std::size_t>(written));
    }
    good = ::close(out) == 0 && good;
    if (good) return {};
    ::unlink(file.c_str());
    return fail(Error{ErrorCode::storage_full, "file.no_room"}.with("file", file));
}

}  // namespace rogatory::cli
