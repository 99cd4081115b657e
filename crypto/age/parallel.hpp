#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "crypto/age/file.hpp"
#include "crypto/age/stream.hpp"
#include "crypto/primitives/random.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

// Large age files over all cores in bounded memory. The only part of crypto/age with threads; what is read and where
// it goes is the caller's.
namespace rogatory::age {

// Where bytes come from. A source with a known size is read at any place by several threads at once (`read_at`, as
// pread); any other is read in order by one thread at a time (`read`).
class Source {
public:
    virtual ~Source() = default;
    // Fills `into` from where the last call ended; fewer bytes only at the end.
    [[nodiscard]] virtual Result<std::size_t> read(MutableByteView into) = 0;
    // Nothing: cannot be read at a place of one's choice.
    [[nodiscard]] virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
    [[nodiscard]] virtual Result<std::size_t> read_at(std::uint64_t offset, MutableByteView into);
};

// Where bytes go: in order by one thread at a time, or at any place by several at once.
class Sink {
public:
    virtual ~Sink() = default;
    [[nodiscard]] virtual Result<> write(ByteView bytes) = 0;
    [[nodiscard]] virtual bool positioned() const { return false; }
    [[nodiscard]] virtual Result<> write_at(std::uint64_t offset, ByteView bytes);
};

// Functions as source and sink, in order. File descriptors: descriptor.hpp.
[[nodiscard]] std::unique_ptr<Source> source_of(std::function<Result<std::size_t>(MutableByteView)> read);
[[nodiscard]] std::unique_ptr<Sink> sink_of(std::function<Result<>(ByteView)> write);

struct ParallelOptions {
    unsigned threads = 0;     // 0: as many as the machine has
    bool file_sha256 = true;  // of the age file, in the same pass over the same bytes
    bool plaintext_sha256 = false;
    const std::atomic<bool>* cancelled = nullptr;                 // looked at before each batch
    std::function<void(std::uint64_t plaintext_bytes)> progress;  // rising; from one thread at a time
};

struct Totals {
    std::uint64_t file_bytes = 0;
    std::uint64_t plaintext_bytes = 0;
    std::optional<crypto::Digest> file_sha256;
    std::optional<crypto::Digest> plaintext_sha256;
};

// Seals the source into the sink. Errors: those of source and sink; unavailable "age.cancelled". After an error the
// sink holds part of a file.
[[nodiscard]] Result<Totals> seal_stream(std::span<const HybridRecipient> recipients, Source& plaintext, Sink& file,
                                         crypto::Random& random, const ParallelOptions& options = {});
[[nodiscard]] Result<Totals> seal_stream(FileStart start, Source& plaintext, Sink& file,
                                         const ParallelOptions& options = {});

// Opens the source into the sink. What reached the sink is authentic chunk by chunk, but is the file only if this
// succeeds: write to a temporary place. Errors also: integrity, one key a class (failure.hpp).
[[nodiscard]] Result<Totals> open_stream(const HybridIdentity& identity, Profile profile, Source& file, Sink& plaintext,
                                         const ParallelOptions& options = {});
[[nodiscard]] Result<Totals> open_stream(const Unwrap& unwrap, std::size_t header_limit_bytes, Source& file,
                                         Sink& plaintext, const ParallelOptions& options = {});

}  // namespace rogatory::age
