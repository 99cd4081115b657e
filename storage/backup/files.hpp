#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

#include "crypto/age/keys.hpp"
#include "crypto/age/parallel.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/base/result.hpp"
#include "storage/blobs/file.hpp"

// Age files of a backup, written and read.
namespace rogatory::storage {

struct SealedFile {
    std::uint64_t bytes = 0;  // of the age file
    crypto::Digest sha256{};
    std::uint64_t content_bytes = 0;
    crypto::Digest content_sha256{};
};

// Seals what `source` has (at its place `content`, for an error's sake) into a new file of mode 0600. Not synced: its
// maker does that once for all. storage_full "backup.target_full"; unavailable "age.read_failed".
[[nodiscard]] Result<SealedFile> seal_file(std::span<const age::HybridRecipient> recipients, const File& content,
                                           const std::filesystem::path& into);
[[nodiscard]] Result<SealedFile> seal_text(std::span<const age::HybridRecipient> recipients, std::string_view content,
                                           const std::filesystem::path& into);
// A file as it is.
[[nodiscard]] Result<SealedFile> write_text(std::string_view content, const std::filesystem::path& into);

// Who opens. Tried in order.
class BackupIdentities {
public:
    explicit BackupIdentities(std::vector<age::Identity> identities);
    [[nodiscard]] age::Unwrap unwrap() const { return age::unwrap_with(all_); }

private:
    std::vector<std::unique_ptr<age::Opens>> all_;
};

// Opens an age file into a new file of mode 0600, or, without `into`, only through its checks. integrity "age.…", one
// key a class; not_found "backup.part_missing".
[[nodiscard]] Result<SealedFile> open_file(const BackupIdentities& identities, const std::filesystem::path& file,
                                           const std::optional<std::filesystem::path>& into);
// A short one, into memory. With `expected`, the bytes that are opened are those that have this digest: integrity
// "backup.part_damaged".
[[nodiscard]] Result<crypto::SecretText> open_text(const BackupIdentities& identities,
                                                   const std::filesystem::path& file,
                                                   const crypto::Digest* expected = nullptr);

// Length and digest of a file as it lies. not_found "backup.part_missing".
struct Measured {
    std::uint64_t bytes = 0;
    crypto::Digest sha256{};
};
[[nodiscard]] Result<Measured> measure_file(const std::filesystem::path& file);

}  // namespace rogatory::storage
