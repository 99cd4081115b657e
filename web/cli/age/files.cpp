#include "web/cli/age/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/random.hpp"
#include "platform/base/try.hpp"

namespace rogatory::cli {

namespace {

constexpr std::size_t kKeyFileBytes = 16 * 1024 * 1024;

std::string word_for(int error) { return std::system_category().message(error); }

tl::unexpected<Error> cannot_create(const std::string& path, int error) {
    return fail(
        Error{ErrorCode::invalid_input, "age.cannot_create"}.with("file", path).with("reason", word_for(error)));
}

// The umask can be read only by setting it; this is called before any thread is started.
mode_t permissions_of_new_files() {
    const auto mask = ::umask(0);
    ::umask(mask);
    return static_cast<mode_t>(0666 & ~mask);
}

}  // namespace

Descriptor::~Descriptor() {
    if (number_ > STDERR_FILENO) ::close(number_);
}

Result<> Descriptor::close() {
    const auto number = std::exchange(number_, -1);
    if (number > STDERR_FILENO && ::close(number) != 0 && errno != EINTR) {
        return fail(ErrorCode::unavailable, "age.write_failed", word_for(errno));
    }
    return {};
}

Result<Descriptor> open_input(const std::string& path) {
    Descriptor opened{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat seen {};
    if (opened.number() < 0 || ::fstat(opened.number(), &seen) != 0 || S_ISDIR(seen.st_mode)) {
        const auto reason = word_for(opened.number() < 0 ? errno : EISDIR);
        return fail(Error{ErrorCode::not_found, "age.cannot_open"}.with("file", path).with("reason", reason));
    }
    return opened;
}

Result<crypto::SecretText> read_key_file(int descriptor, const std::string& path) {
    auto source = age::source_of_descriptor(descriptor, age::Access::in_order);
    crypto::SecretBytes text;
    for (std::size_t step = 4096;; step = text.size()) {
        const auto before = text.size();
        text.resize(before + step);
        ROGATORY_TRY(const auto got, source->read(text.expose_secret_mutable().subspan(before)));
        text.resize(before + got);
        if (got < step) return crypto::SecretText{std::move(text)};
        if (text.size() >= kKeyFileBytes) {
            return fail(Error{ErrorCode::too_large, "age.key_file_too_large"}.with("file", path));
        }
    }
}

Result<OutputFile> OutputFile::create(const std::string& path) {
    struct stat seen {};
    const bool exists = ::stat(path.c_str(), &seen) == 0;
    if (exists && !S_ISREG(seen.st_mode)) {
        Descriptor direct{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
        if (direct.number() < 0) return cannot_create(path, errno);
        return OutputFile{std::move(direct), {}, {}, false};
    }
    // What a link points to is replaced, not the link; and a file that may not be written is not replaced either.
    std::error_code ignored;
    const auto target = exists ? std::filesystem::canonical(path, ignored) : std::filesystem::path{path};
    if (exists && ::access(target.c_str(), W_OK) != 0) return cannot_create(path, errno);
    const auto folder = target.has_parent_path() ? target.parent_path() : std::filesystem::path{"."};
    const auto hidden =
        "." + target.filename().string() + "." + encoding::hex_encode(crypto::system_random().bytes<8>()) + ".part";
    const auto temporary = (folder / hidden).string();
    const auto mode = exists ? static_cast<mode_t>(seen.st_mode & 0777) : permissions_of_new_files();

    bool nameless = true;
    Descriptor opened{::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
    if (opened.number() < 0) {
        nameless = false;
        Descriptor named{::open(temporary.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600)};
        if (named.number() < 0) return cannot_create(path, errno);
        OutputFile file{std::move(named), target.string(), temporary, nameless};
        if (::fchmod(file.descriptor(), mode) != 0) return cannot_create(path, errno);
        return file;
    }
    if (::fchmod(opened.number(), mode) != 0) return cannot_create(path, errno);
    return OutputFile{std::move(opened), target.string(), temporary, nameless};
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : descriptor_{std::move(other.descriptor_)},
      path_{std::exchange(other.path_, {})},
      temporary_{std::exchange(other.temporary_, {})},
      nameless_{other.nameless_} {}

OutputFile::~OutputFile() {
    if (!temporary_.empty() && !nameless_) ::unlink(temporary_.c_str());
}

Result<> OutputFile::commit() {
    if (path_.empty()) return descriptor_.close();
    if (nameless_) {
        // A nameless file gets a name that is free, and rename() then puts it over the old one in one step.
        const auto self = "/proc/self/fd/" + std::to_string(descriptor_.number());
        if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, temporary_.c_str(), AT_SYMLINK_FOLLOW) != 0) {
            return cannot_create(path_, errno);
        }
        nameless_ = false;
    }
    ROGATORY_TRY_VOID(descriptor_.close());
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) return cannot_create(path_, errno);
    temporary_.clear();
    return {};
}

}  // namespace rogatory::cli
