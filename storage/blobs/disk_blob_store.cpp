#include "storage/blobs/disk_blob_store.hpp"

#include <cerrno>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include "crypto/encoding/hex.hpp"
#include "storage/failure.hpp"

namespace rogatory::storage {

namespace {

constexpr std::string_view kUnfinished = ".part";

std::uint64_t size_of(const File& file) {
    struct stat about {};
    if (::fstat(file.descriptor(), &about) != 0) throw StorageFailure{"fstat", errno};
    return static_cast<std::uint64_t>(about.st_size);
}

class DiskReader final : public ports::BlobReader {
public:
    explicit DiskReader(File file) : file_{std::move(file)}, size_{size_of(file_)} {}

    std::uint64_t size() const override { return size_; }
    std::size_t read_at(std::uint64_t offset, MutableByteView into) override {
        std::size_t filled = 0;
        while (filled < into.size()) {
            const auto got = ::pread(file_.descriptor(), into.data() + filled, into.size() - filled,
                                     static_cast<off_t>(offset + filled));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) throw StorageFailure{"pread", errno};
            if (got == 0) break;
            filled += static_cast<std::size_t>(got);
        }
        return filled;
    }
    std::size_t read_ready(std::uint64_t offset, MutableByteView into) override {
        const iovec room{into.data(), into.size()};
        const auto got = ::preadv2(file_.descriptor(), &room, 1, static_cast<off_t>(offset), RWF_NOWAIT);
        // Whatever keeps it from being there, a failing disk too, is seen by read_at() on a thread that may wait.
        return got > 0 ? static_cast<std::size_t>(got) : 0;
    }

private:
    File file_;
    std::uint64_t size_;
};

class DiskWriter final : public ports::BlobWriter {
public:
    DiskWriter(File file, ports::UploadId id, std::uint64_t position, const DiskBlobStore& store,
               ports::Emergency& emergency)
        : file_{std::move(file)},
          id_{id},
          position_{position},
          named_{position != 0},
          store_{store},
          emergency_{emergency} {}

    Result<> write(ByteView bytes) override {
        // Asked once in a while, not at every write: statvfs is cheap, not free.
        if (unchecked_ += bytes.size(); unchecked_ >= kCheckEvery || position_ == 0) {
            unchecked_ = 0;
            if (store_.free_bytes() < bytes.size()) return fail(ErrorCode::storage_full, "storage.full", "reserve");
        }
        if (auto written = file_.write_all_at(bytes, position_); !written) return written;
        position_ += bytes.size();
        // The disk begins while the rest is still coming: sync() then waits for the end alone. What fails shows there.
        if (position_ - begun_ >= kBeginEvery) {
            ::sync_file_range(file_.descriptor(), static_cast<off_t>(begun_), static_cast<off_t>(position_ - begun_),
                              SYNC_FILE_RANGE_WRITE);
            begun_ = position_;
        }
        return {};
    }
    std::uint64_t position() const override { return position_; }
    void sync() override {
        sync_bytes();
        if (!std::exchange(named_, true)) store_.sync_name(id_);
    }
    // In this order, since a file system that keeps a journal then writes it once: with the bytes goes the name, and
    // the folder has nothing left to do. What a crash leaves under a final name has no row.
    Result<> seal() override {
        if (auto named = store_.name_finally(id_); !named) return named;
        sync_bytes();
        store_.sync_name(id_);
        return {};
    }
    void sync_bytes() override {
        if (::fdatasync(file_.descriptor()) == 0) return;
        // With delayed allocation a full device may show only here; the pages are gone all the same.
        emergency_.stop("fdatasync of a blob failed");
    }

private:
    static constexpr std::size_t kCheckEvery = 4 << 20;
    static constexpr std::uint64_t kBeginEvery = 2 << 20;

    File file_;
    ports::UploadId id_;
    std::uint64_t position_;
    bool named_;                      // the directory's entry is durable
    std::uint64_t begun_{position_};  // written to the disk so far, or being written
    std::size_t unchecked_{0};
    const DiskBlobStore& store_;
    ports::Emergency& emergency_;
};

}  // namespace

DiskBlobStore::DiskBlobStore(std::filesystem::path directory, ports::Emergency& emergency, std::uint64_t reserve)
    : directory_{std::move(directory)}, emergency_{emergency}, reserve_{reserve} {
    bool made = false;
    for (unsigned i = 0; i < 256; ++i) {
        const ByteArray<1> byte{static_cast<std::uint8_t>(i)};
        const auto name = directory_ / encoding::hex_encode(byte);
        if (::mkdir(name.c_str(), 0700) == 0) {
            made = true;
        } else if (errno != EEXIST) {
            throw StorageFailure{"make blob directory", errno};
        }
    }
    if (made) sync_directory_or_throw(directory_);
}

std::filesystem::path DiskBlobStore::folder(ports::UploadId id) const {
    return directory_ / encoding::hex_encode(ByteView{id.value()}.first(1));
}
std::filesystem::path DiskBlobStore::sealed(ports::UploadId id) const {
    return folder(id) / encoding::hex_encode(id.value());
}
std::filesystem::path DiskBlobStore::unfinished(ports::UploadId id) const {
    return folder(id) / (encoding::hex_encode(id.value()) + std::string{kUnfinished});
}

void DiskBlobStore::sync_folder(const std::filesystem::path& folder) const {
    const File opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened) throw StorageFailure{"open blob directory", errno};
    if (::fsync(opened.descriptor()) != 0) emergency_.stop("fsync of a blob directory failed");
}

Result<std::unique_ptr<ports::BlobWriter>> DiskBlobStore::create(ports::UploadId id) {
    if (free_bytes() == 0) return fail(ErrorCode::storage_full, "storage.full", "reserve");
    File made{::open(unfinished(id).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!made) {
        if (errno == ENOSPC || errno == EDQUOT) return fail(ErrorCode::storage_full, "storage.full", "create");
        throw StorageFailure{"create blob", errno};
    }
    return std::make_unique<DiskWriter>(std::move(made), id, 0, *this, emergency_);
}

void DiskBlobStore::sync_name(ports::UploadId id) const { sync_folder(folder(id)); }

Result<std::unique_ptr<ports::BlobWriter>> DiskBlobStore::resume(ports::UploadId id, std::uint64_t offset) {
    File file{::open(unfinished(id).c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW)};
    // Sealed just before a crash, and its row never heard of it: the caller, who knows the row, goes on.
    if (!file && errno == ENOENT && ::rename(sealed(id).c_str(), unfinished(id).c_str()) == 0) {
        sync_folder(folder(id));
        file = File{::open(unfinished(id).c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW)};
    }
    if (!file) {
        if (errno == ENOENT) return fail(ErrorCode::not_found, "upload.not_found");
        throw StorageFailure{"open blob", errno};
    }
    const auto size = size_of(file);
    if (size < offset) throw StorageFailure{"a blob is shorter than what was acknowledged"};
    // What lies behind was written and never acknowledged.
    if (size > offset && ::ftruncate(file.descriptor(), static_cast<off_t>(offset)) != 0) {
        throw StorageFailure{"ftruncate", errno};
    }
    return std::make_unique<DiskWriter>(std::move(file), id, offset, *this, emergency_);
}

Result<> DiskBlobStore::name_finally(ports::UploadId id) const {
    if (::rename(unfinished(id).c_str(), sealed(id).c_str()) == 0) return {};
    if (errno == ENOENT) return fail(ErrorCode::not_found, "upload.not_found");
    if (errno == ENOSPC) return fail(ErrorCode::storage_full, "storage.full", "rename");
    throw StorageFailure{"rename blob", errno};
}

Result<> DiskBlobStore::seal(ports::UploadId id) {
    // A crash between rename and the caller's commit leaves the final name; then there is nothing to rename.
    if (::access(sealed(id).c_str(), F_OK) != 0) {
        if (auto named = name_finally(id); !named) return named;
    }
    sync_folder(folder(id));
    return {};
}

Result<std::unique_ptr<ports::BlobReader>> DiskBlobStore::open(ports::UploadId id) const {
    for (const auto& name : {sealed(id), unfinished(id)}) {
        File file{::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
        if (file) return std::make_unique<DiskReader>(std::move(file));
        if (errno != ENOENT) throw StorageFailure{"open blob", errno};
    }
    return fail(ErrorCode::not_found, "upload.not_found");
}

void DiskBlobStore::remove(ports::UploadId id) {
    bool removed = false;
    for (const auto& name : {sealed(id), unfinished(id)}) {
        if (::unlink(name.c_str()) == 0) {
            removed = true;
        } else if (errno != ENOENT) {
            throw StorageFailure{"unlink blob", errno};
        }
    }
    if (removed) sync_folder(folder(id));
}

std::size_t DiskBlobStore::sweep(UnixSeconds older_than, const std::function<bool(ports::UploadId)>& known) {
    std::size_t removed = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{directory_}) {
        if (!entry.is_regular_file()) continue;
        auto name = entry.path().filename().string();
        if (name.ends_with(kUnfinished)) name.resize(name.size() - kUnfinished.size());
        const auto id = encoding::hex_decode_array<16>(name);
        struct stat about {};
        // What has no name of ours is nobody's orphan: an operator may have put it there.
        if (!id || ::stat(entry.path().c_str(), &about) != 0 || about.st_mtim.tv_sec >= older_than) continue;
        if (known(ports::UploadId{*id})) continue;
        if (::unlink(entry.path().c_str()) == 0) ++removed;
    }
    return removed;
}

std::uint64_t DiskBlobStore::free_bytes() const {
    struct statvfs about {};
    if (::statvfs(directory_.c_str(), &about) != 0) throw StorageFailure{"statvfs", errno};
    const auto free = std::uint64_t{about.f_bavail} * about.f_frsize;
    return free > reserve_ ? free - reserve_ : 0;
}

}  // namespace rogatory::storage
