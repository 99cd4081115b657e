#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

// A witness's few files. What must be durable is so when a function returns.
namespace rogatory::witness {

// The whole of a regular file. not_found "witness.file_missing" {file}; unavailable "witness.file_unreadable" {file};
// too_large "witness.file_too_large" {file}.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path, std::size_t at_most);

// A new file of mode 0600 (or 0644 for what is public), synced with its directory. conflict "witness.file_exists".
enum class Readers { owner, all };
[[nodiscard]] Result<> create_file(const std::filesystem::path& path, std::string_view text, Readers readers);

// Puts `bytes` in the place of what was there: a new file, synced, renamed over the old one, directory synced. After a
// crash there is the old content or the new. unavailable "witness.not_durable" {file} when any step failed: then nobody
// knows which of the two a crash would leave.
[[nodiscard]] Result<> replace_file(const std::filesystem::path& path, ByteView bytes, Readers readers);

// An exclusive lock that lives as long as this object and dies with the process.
class FolderLock {
public:
    // unavailable "witness.in_use" when another process has it.
    [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& folder);
    ~FolderLock();
    FolderLock(FolderLock&& other) noexcept;
    FolderLock& operator=(FolderLock&&) = delete;

private:
    explicit FolderLock(int descriptor) : descriptor_{descriptor} {}
    int descriptor_;
};

}  // namespace rogatory::witness
