#include "storage/blobs/file.hpp"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "storage/failure.hpp"

namespace rogatory::storage {

namespace {

Result<> refused(const char* operation) {
    if (errno == ENOSPC || errno == EDQUOT) return fail(ErrorCode::storage_full, "storage.full", operation);
    throw StorageFailure{operation, errno};
}

}  // namespace

File::~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<> File::write_all(ByteView bytes) const {
    while (!bytes.empty()) {
        const auto wrote = ::write(descriptor_, bytes.data(), bytes.size());
        if (wrote < 0) {
            if (errno == EINTR) continue;
            return refused("write");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(wrote));
    }
    return {};
}

Result<> File::write_all_at(ByteView bytes, std::uint64_t offset) const {
    while (!bytes.empty()) {
        const auto wrote = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (wrote < 0) {
            if (errno == EINTR) continue;
            return refused("pwrite");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(wrote));
        offset += static_cast<std::uint64_t>(wrote);
    }
    return {};
}

void File::sync_or_throw() const {
    if (::fsync(descriptor_) != 0) throw StorageFailure{"fsync", errno};
}

void sync_directory_or_throw(const std::filesystem::path& directory) {
    const File opened{::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened) throw StorageFailure{"open directory", errno};
    opened.sync_or_throw();
}

}  // namespace rogatory::storage
