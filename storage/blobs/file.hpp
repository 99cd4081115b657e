#pragma once

#include <cstdint>
#include <filesystem>
#include <utility>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

namespace rogatory::storage {

// A file descriptor that closes. Opening is the caller's, with the flags written out where it happens.
class File {
public:
    File() = default;
    explicit File(int descriptor) noexcept : descriptor_{descriptor} {}
    ~File();
    File(File&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}
    File& operator=(File&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    explicit operator bool() const noexcept { return descriptor_ >= 0; }
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

    // At the file's own position. storage_full "storage.full" when there is no room (some bytes may have gone in).
    [[nodiscard]] Result<> write_all(ByteView bytes) const;
    // At `offset`, leaving the file's own position alone.
    [[nodiscard]] Result<> write_all_at(ByteView bytes, std::uint64_t offset) const;
    // For set-up, where there is nothing yet to lose: throws StorageFailure.
    void sync_or_throw() const;

private:
    int descriptor_{-1};
};

// Names are durable only when their directory is.
void sync_directory_or_throw(const std::filesystem::path& directory);

}  // namespace rogatory::storage
