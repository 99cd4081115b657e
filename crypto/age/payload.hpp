#pragma once

#include <cstddef>
#include <cstdint>

#include "crypto/age/failure.hpp"
#include "crypto/age/file_key.hpp"
#include "crypto/primitives/chacha20poly1305.hpp"
#include "platform/base/bytes.hpp"

// The payload of an age file (c2sp.org/age, "Payload"): chunks of 64 KiB, each sealed with ChaCha20-Poly1305 under the
// payload key and a nonce of an 11-byte counter and a flag that is 1 for the last chunk. One chunk in, one out; no
// file, no allocation.
namespace rogatory::age {

inline constexpr std::size_t kChunkBytes = 64 * 1024;
inline constexpr std::size_t kTagBytes = 16;
inline constexpr std::size_t kSealedChunkBytes = kChunkBytes + kTagBytes;

enum class Last { no, yes };

// Bytes of the sealed chunks (without the nonce in front) of a plaintext, and the other way round. An empty plaintext
// has one chunk; plaintext_size fails with payload where no plaintext has that sealed size.
[[nodiscard]] std::uint64_t sealed_payload_size(std::uint64_t plaintext_bytes) noexcept;
[[nodiscard]] Outcome<std::uint64_t> plaintext_size(std::uint64_t sealed_payload_bytes) noexcept;

// Seals chunk by chunk. `index` makes chunks independent, so that several threads, each with its own ChunkSealer over
// one key, may work on one file; no index may be sealed twice under one key, which the caller sees to.
class ChunkSealer {
public:
    explicit ChunkSealer(const PayloadKey& key);

    // `out` has plaintext.size() + kTagBytes. A chunk that is not the last is full, and a last one is empty only at
    // index 0 (ensured). `plaintext` and `out` may be the same place.
    void seal(std::uint64_t index, Last last, ByteView plaintext, MutableByteView out);

private:
    crypto::ChaCha20Poly1305 cipher_;
};

// Opens chunk by chunk. What it returns is authentic as the chunk at that index; that the file is complete is known
// only when the chunk with Last::yes has opened.
class ChunkOpener {
public:
    explicit ChunkOpener(const PayloadKey& key);

    // `out` has chunk.size() − kTagBytes. On failure (payload) `out` holds nothing of the plaintext.
    [[nodiscard]] Outcome<> open(std::uint64_t index, Last last, ByteView chunk, MutableByteView out);

    // After open() has failed on this chunk: whether it is authentic with the other flag, and so the file has been cut
    // off behind it or lengthened. What it holds was written at this place, so it may be given out before the failure.
    [[nodiscard]] bool open_misplaced(std::uint64_t index, Last expected, ByteView chunk, MutableByteView out);

private:
    crypto::ChaCha20Poly1305 cipher_;
};

}  // namespace rogatory::age
