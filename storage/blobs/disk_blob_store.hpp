#pragma once

#include <filesystem>

#include "platform/ports/blob_store.hpp"
#include "platform/ports/emergency.hpp"
#include "storage/blobs/file.hpp"

namespace rogatory::storage {

// Ciphertext in files: `<directory>/<two hex digits>/<id>.part` while bytes come, `<id>` once sealed. Names are ids:
// nothing a user chose is ever part of a path.
//
// `reserve` bytes of the device stay free: the database needs room to say that there is none.
class DiskBlobStore final : public ports::BlobStore {
public:
    // Makes the 256 folders, durably. Throws StorageFailure.
    DiskBlobStore(std::filesystem::path directory, ports::Emergency& emergency, std::uint64_t reserve = 0);

    Result<std::unique_ptr<ports::BlobWriter>> create(ports::UploadId id) override;
    Result<std::unique_ptr<ports::BlobWriter>> resume(ports::UploadId id, std::uint64_t offset) override;
    Result<> seal(ports::UploadId id) override;
    Result<std::unique_ptr<ports::BlobReader>> open(ports::UploadId id) const override;
    void remove(ports::UploadId id) override;
    std::size_t sweep(UnixSeconds older_than, const std::function<bool(ports::UploadId)>& known) override;
    std::uint64_t free_bytes() const override;

    // For writers. Makes a blob's name durable, after its bytes are.
    void sync_name(ports::UploadId id) const;
    // Gives it its final name, which is not durable yet.
    [[nodiscard]] Result<> name_finally(ports::UploadId id) const;

private:
    [[nodiscard]] std::filesystem::path folder(ports::UploadId id) const;
    [[nodiscard]] std::filesystem::path sealed(ports::UploadId id) const;
    [[nodiscard]] std::filesystem::path unfinished(ports::UploadId id) const;
    void sync_folder(const std::filesystem::path& folder) const;

    std::filesystem::path directory_;
    ports::Emergency& emergency_;
    std::uint64_t reserve_;
};

}  // namespace rogatory::storage
