#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "platform/ports/ids.hpp"

namespace rogatory::ports {

// Reads ciphertext at any offset. One reader belongs to one thread at a time.
class BlobReader {
public:
    virtual ~BlobReader() = default;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    // Fills `into` from `offset` on and returns how many bytes there were (fewer only at the end).
    [[nodiscard]] virtual std::size_t read_at(std::uint64_t offset, MutableByteView into) = 0;
    // What of it is in memory already, without waiting for the disk; zero where nothing is or nobody can say.
    [[nodiscard]] virtual std::size_t read_ready(std::uint64_t, MutableByteView) { return 0; }
};

// Appends to an unfinished blob.
class BlobWriter {
public:
    virtual ~BlobWriter() = default;
    // Writes at the current position. storage_full when there is no room: the position is then unchanged.
    [[nodiscard]] virtual Result<> write(ByteView bytes) = 0;
    [[nodiscard]] virtual std::uint64_t position() const = 0;
    // Returns when every byte written so far survives a power cut. A failed fsync ends the process: the kernel may
    // have dropped the dirty pages, so no later answer about them would be true.
    virtual void sync() = 0;
    // The same of the bytes alone, where BlobStore::seal() follows, which makes the name durable.
    virtual void sync_bytes() = 0;
    // Of a blob that came as a whole: its final name, and bytes and name durable when it returns. The last call.
    // storage_full when there was no room for the name.
    [[nodiscard]] virtual Result<> seal() = 0;
};

// Ciphertext of attachments, by upload id. A blob is *unfinished* until seal(), then it never changes.
//
// The database says what exists; a file that no row names is an orphan and is swept by age. Errors of the device other
// than "no room" are exceptions (StorageFailure).
class BlobStore {
public:
    virtual ~BlobStore() = default;

    // Makes an unfinished blob, for writing from its beginning; durable with its first sync() or seal(). storage_full
    // when there is no room.
    [[nodiscard]] virtual Result<std::unique_ptr<BlobWriter>> create(UploadId id) = 0;

    // Goes on at `offset`, which must not lie beyond the end; bytes behind it (written, never acknowledged) are cut
    // off. A sealed one becomes unfinished again: only its row knows whether it was meant to be (a crash may lie
    // between seal() and the row). not_found when there is no blob of that id.
    [[nodiscard]] virtual Result<std::unique_ptr<BlobWriter>> resume(UploadId id, std::uint64_t offset) = 0;

    // Gives a complete blob its final name; durable when it returns. Calling it again is no error.
    [[nodiscard]] virtual Result<> seal(UploadId id) = 0;

    // Opens a sealed or an unfinished blob for reading. not_found when there is none.
    [[nodiscard]] virtual Result<std::unique_ptr<BlobReader>> open(UploadId id) const = 0;

    // Deletes in either state; durable when it returns; deleting what is not there is no error.
    virtual void remove(UploadId id) = 0;

    // Deletes files last touched before `older_than` for which `known` says no; returns how many.
    virtual std::size_t sweep(UnixSeconds older_than, const std::function<bool(UploadId)>& known) = 0;

    // Free bytes on the device.
    [[nodiscard]] virtual std::uint64_t free_bytes() const = 0;
};

}  // namespace rogatory::ports
