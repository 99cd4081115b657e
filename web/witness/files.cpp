#include "web/witness/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "platform/base/try.hpp"

namespace rogatory::witness {

namespace {

class Descriptor {
public:
    explicit Descriptor(int number) : number_{number} {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool open() const { return number_ >= 0; }

private:
    int number_;
};

tl::unexpected<Error> about(ErrorCode code, const char* key, const std::filesystem::path& path) {
    return fail(Error{code, key}.with("file", path.filename().string()));
}

mode_t mode_for(Readers readers) { return readers == Readers::owner ? 0600 : 0644; }

bool write_whole(int file, ByteView bytes) {
    while (!bytes.empty()) {
        const auto put = ::write(file, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
    return ::fsync(file) == 0;
}

bool sync_folder(const std::filesystem::path& folder) {
    const Descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return opened.open() && ::fsync(opened.number()) == 0;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t at_most) {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file.open()) {
        const bool missing = errno == ENOENT;
        return about(missing ? ErrorCode::not_found : ErrorCode::unavailable,
                     missing ? "witness.file_missing" : "witness.file_unreadable", path);
    }
    std::string text;
    char piece[16 * 1024];
    while (true) {
        const auto got = ::read(file.number(), piece, sizeof piece);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return about(ErrorCode::unavailable, "witness.file_unreadable", path);
        if (got == 0) return text;
        text.append(piece, static_cast<std::size_t>(got));
        if (text.size() > at_most) return about(ErrorCode::too_large, "witness.file_too_large", path);
    }
}

Result<> create_file(const std::filesystem::path& path, std::string_view text, Readers readers) {
    const Descriptor file{
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode_for(readers))};
    if (!file.open()) {
        const bool there = errno == EEXIST;
        return about(there ? ErrorCode::conflict : ErrorCode::unavailable,
                     there ? "witness.file_exists" : "witness.not_durable", path);
    }
    if (!write_whole(file.number(), as_bytes(text)) || !sync_folder(path.parent_path())) {
        return about(ErrorCode::unavailable, "witness.not_durable", path);
    }
    return {};
}

Result<> replace_file(const std::filesystem::path& path, ByteView bytes, Readers readers) {
    const auto temporary = std::filesystem::path{path.string() + ".new"};
    const Descriptor file{
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode_for(readers))};
    const bool done = file.open() && write_whole(file.number(), bytes) &&
                      std::rename(temporary.c_str(), path.c_str()) == 0 && sync_folder(path.parent_path());
    if (!done) return about(ErrorCode::unavailable, "witness.not_durable", path);
    return {};
}

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
    const auto path = folder / "lock";
    FolderLock lock{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (lock.descriptor_ < 0) return about(ErrorCode::unavailable, "witness.file_unreadable", path);
    if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) return fail(ErrorCode::unavailable, "witness.in_use");
    return lock;
}

FolderLock::~FolderLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}

}  // namespace rogatory::witness
