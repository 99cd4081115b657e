#include "web/cli/program/service_key.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "platform/base/try.hpp"

namespace rogatory::cli {
namespace {

constexpr std::size_t kLongest = 16 * 1024;

tl::unexpected<Error> refuse(const char* key, const std::filesystem::path& path) {
    return fail(Error{ErrorCode::invalid_input, key}.with("file", path.string()));
}

// systemd hands a credential over as 0400 of this user, or of root with an ACL, whose mask shows as the group's right
// to read, in a folder that nobody else enters. Anywhere else it is the group's right.
bool handed_over(const std::filesystem::path& path) {
    const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
    return folder != nullptr && *folder != '\0' && path == std::filesystem::path{folder} / path.filename();
}

// Who else may read it has it: a key that others may have read is no key.
bool its_own(const struct stat& about, const std::filesystem::path& path) {
    if (about.st_uid != ::geteuid() && about.st_uid != 0) return false;
    const mode_t others = about.st_uid == 0 && handed_over(path) ? 037 : 077;
    return (about.st_mode & others) == 0;
}

// A pipe without a name is between those who hold its ends. One in a folder is whoever's may open it.
bool nameless_pipe(int file, const struct stat& about) {
    struct statfs where {};
    return S_ISFIFO(about.st_mode) && ::fstatfs(file, &where) == 0 && where.f_type == PIPEFS_MAGIC;
}

}  // namespace

Result<agent::ServiceKey> read_service_key(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return refuse("service_key.unreadable", path);
    struct stat about {};
    const bool known = ::fstat(file, &about) == 0;
    const bool file_or_pipe = known && (S_ISREG(about.st_mode) || S_ISFIFO(about.st_mode));
    if (!file_or_pipe || (!nameless_pipe(file, about) && !its_own(about, path))) {
        ::close(file);
        return refuse(file_or_pipe ? "service_key.mode" : "service_key.unreadable", path);
    }
    crypto::SecretBytes room{kLongest};
    std::size_t size = 0;
    ssize_t got = 1;
    while (size < kLongest && got != 0) {
        got = ::read(file, room.expose_secret_mutable().data() + size, kLongest - size);
        if (got < 0 && errno != EINTR) break;
        if (got > 0) size += static_cast<std::size_t>(got);
    }
    ::close(file);
    if (got != 0) return refuse("service_key.unreadable", path);
    return agent::ServiceKey::parse(room.expose_secret().first(size));
}

}  // namespace rogatory::cli
