#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "crypto/age/failure.hpp"
#include "crypto/age/file.hpp"
#include "crypto/age/file_key.hpp"
#include "crypto/age/header.hpp"
#include "crypto/age/payload.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/base/bytes.hpp"

// Age files that come or go in pieces, without any I/O: bytes in, bytes out, in pieces of any size. Both ends compute
// SHA-256 of the whole age file in the same pass over the same bytes that are sealed or opened (protocol.md,
// section 1). For files on disk parallel.hpp is several times faster.
namespace rogatory::age {

// The start of a new file, ready to be written: the header, and the nonce of the payload.
struct FileStart {
    Bytes bytes;
    PayloadKey key;
};

// From stanzas that already wrap `file_key`, which is used for this file alone.
[[nodiscard]] FileStart start_file(std::span<const Stanza> stanzas, const FileKey& file_key, crypto::Random& random);
// Wraps a fresh file key to each recipient. At least one (ensured).
[[nodiscard]] FileStart start_file(std::span<const HybridRecipient> recipients, crypto::Random& random);

class Sealer {
public:
    // The header goes out with the first update() or finish().
    explicit Sealer(FileStart start);
    Sealer(std::span<const HybridRecipient> recipients, crypto::Random& random);
    Sealer(Sealer&&) noexcept = default;
    Sealer& operator=(Sealer&&) noexcept = default;
    ~Sealer();  // wipes what was not sealed yet

    // Appends to `out` what is complete.
    void update(ByteView plaintext, Bytes& out);
    void finish(Bytes& out);

    // After finish() (ensured): of the whole age file.
    [[nodiscard]] const crypto::Digest& sha256() const;
    [[nodiscard]] std::uint64_t file_bytes() const noexcept { return file_bytes_; }

private:
    void emit(ByteView bytes, Bytes& out);
    void emit_start(Bytes& out);
    void emit_chunk(Last last, ByteView plaintext, Bytes& out);

    Bytes start_;
    ChunkSealer chunks_;
    crypto::Sha256 hash_;
    std::optional<crypto::Digest> digest_;
    Bytes pending_;  // up to one chunk: whether it is the last is known when more comes, or nothing
    std::uint64_t index_ = 0;
    std::uint64_t file_bytes_ = 0;
};

// Finds the file key in a header; no_match when it cannot.
using Unwrap = std::function<Outcome<FileKey>(const Header&)>;

// What `open` of file.hpp does with one identity: the profile first, then decapsulation. `identity` outlives it.
[[nodiscard]] Unwrap unwrap_with(const HybridIdentity& identity, Profile profile);

// The payload key, once the file key is found and the header MAC holds. `file` starts with the header and the nonce
// (ensured).
[[nodiscard]] Outcome<PayloadKey> open_start(const Header& header, ByteView file, const Unwrap& unwrap);

// Opens a binary age file. Plaintext comes out chunk by chunk, each authentic at its place, before the end of the file
// is known: keep it in a temporary place until finish() has succeeded and sha256() is compared.
class Opener {
public:
    Opener(const HybridIdentity& identity, Profile profile);
    Opener(Unwrap unwrap, std::size_t header_limit_bytes);

    // Appends to `plaintext` what has opened. After a failure every call fails the same way.
    [[nodiscard]] Outcome<> update(ByteView file, Bytes& plaintext);
    [[nodiscard]] Outcome<> finish(Bytes& plaintext);

    // After a finish() that succeeded (ensured): of the whole age file, header and all.
    [[nodiscard]] const crypto::Digest& sha256() const;
    [[nodiscard]] std::uint64_t file_bytes() const noexcept { return file_bytes_; }

private:
    Outcome<> read_start();
    Outcome<> take_chunks(ByteView file, Bytes& plaintext);
    Outcome<> open_chunk(Last last, ByteView chunk, Bytes& plaintext);
    Outcome<> give_up(Failure failure);

    Unwrap unwrap_;
    std::size_t header_limit_;
    Bytes pending_;  // the header so far, then up to one chunk
    std::size_t scanned_ = 0;
    std::size_t end_mark_ = 0;
    std::optional<Header> header_;
    std::optional<ChunkOpener> chunks_;
    std::optional<Failure> failure_;
    crypto::Sha256 hash_;
    std::optional<crypto::Digest> digest_;
    std::uint64_t index_ = 0;
    std::uint64_t file_bytes_ = 0;
};

}  // namespace rogatory::age
