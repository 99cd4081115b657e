#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>

#include "crypto/age/parallel.hpp"
#include "crypto/age/payload.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

// How the threads of parallel.cpp share one file: who takes the next batch of chunks, whose turn it is to hash one or
// to give one out, who failed first.
namespace rogatory::age {

// Both buffers of a thread (256 KiB) stay in its core's own cache between reading, hashing, sealing and writing. With
// eight chunks, opening to a file took two to three times the system time (tests/bench/compare).
inline constexpr std::size_t kBatchChunks = 2;

inline constexpr std::uint64_t kNoBatch = std::numeric_limits<std::uint64_t>::max();

// Lets batches pass in the order of their numbers, until somebody stops the line.
class Turnstile {
public:
    // False: the line was stopped before this batch, and it does not come through.
    [[nodiscard]] bool wait(std::uint64_t batch);
    void pass();
    // Batches up to this one still pass.
    void stop_after(std::uint64_t batch);

private:
    std::mutex mutex_;
    std::condition_variable moved_;
    std::uint64_t next_ = 0;
    std::uint64_t stop_after_ = kNoBatch;
};

// The first failure in the order of the file, whichever worker met it first.
class FirstFailure {
public:
    void record(std::uint64_t batch, Error error);
    [[nodiscard]] bool failed() const noexcept { return failed_; }
    // When all workers have ended.
    [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

private:
    std::mutex mutex_;
    std::atomic<bool> failed_ = false;
    std::uint64_t batch_ = kNoBatch;
    std::optional<Error> error_;
};

struct Batch {
    std::uint64_t number = 0;
    ByteView bytes;  // whole chunks, the last one of the source perhaps short
    Last last = Last::no;
};

// Deals out the source in batches of kBatchChunks chunks of `chunk_bytes`.
class Intake {
public:
    // `ahead` was read from a source in order already and comes first; `offset` is where any other one starts.
    Intake(Source& source, std::uint64_t offset, Bytes ahead, std::size_t chunk_bytes);

    // One byte more than a batch: whether it is the last is known by what follows it.
    [[nodiscard]] std::size_t buffer_bytes() const noexcept { return batch_bytes_ + 1; }

    // Nothing: all are dealt out. `number` is set to the batch's, also where reading it fails.
    [[nodiscard]] Result<std::optional<Batch>> take(MutableByteView buffer, std::uint64_t& number);

    // All batches below this one are dealt out.
    [[nodiscard]] std::uint64_t next() const noexcept { return next_; }

private:
    Result<std::optional<Batch>> take_anywhere(MutableByteView buffer, std::uint64_t& number);
    Result<std::optional<Batch>> take_in_order(MutableByteView buffer, std::uint64_t& number);

    Source& source_;
    std::uint64_t offset_;
    std::size_t batch_bytes_;
    std::optional<std::uint64_t> size_;  // of what is dealt out, where the source can be read anywhere
    std::atomic<std::uint64_t> next_ = 0;
    std::mutex mutex_;  // for a source in order, and what is kept of it
    Bytes ahead_;
    bool ended_ = false;
};

// Hashes batches in order, where that is wanted.
class Hasher {
public:
    Hasher(bool wanted, ByteView before);

    void take(std::uint64_t batch, ByteView bytes);
    void stop_after(std::uint64_t batch) { turns_.stop_after(batch); }
    [[nodiscard]] std::optional<crypto::Digest> finish();

private:
    bool wanted_;
    Turnstile turns_;
    crypto::Sha256 hash_;
};

// Gives batches out, in order where the sink needs it.
class Outlet {
public:
    Outlet(Sink& sink, std::uint64_t offset, std::size_t chunk_bytes);

    [[nodiscard]] Result<> give(std::uint64_t batch, ByteView bytes);
    void stop_after(std::uint64_t batch) { turns_.stop_after(batch); }

private:
    Sink& sink_;
    std::uint64_t offset_;
    std::size_t batch_bytes_;
    bool positioned_;
    Turnstile turns_;
};

}  // namespace rogatory::age
