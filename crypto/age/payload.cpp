#include "crypto/age/payload.hpp"

#include "platform/base/ensure.hpp"

namespace rogatory::age {

namespace {

// age, "Payload": an 11-byte big-endian chunk counter, and 0x01 for the last chunk. A counter of 64 bits is enough for
// 2^80 bytes; the upper three bytes of the eleven stay zero.
crypto::ChaChaNonce chunk_nonce(std::uint64_t index, Last last) noexcept {
    crypto::ChaChaNonce nonce{};
    for (std::size_t i = 0; i < 8; ++i) nonce[10 - i] = static_cast<std::uint8_t>(index >> (8 * i));
    nonce[11] = last == Last::yes ? 1 : 0;
    return nonce;
}

}  // namespace

std::uint64_t sealed_payload_size(std::uint64_t plaintext_bytes) noexcept {
    const auto chunks = plaintext_bytes == 0 ? 1 : (plaintext_bytes - 1) / kChunkBytes + 1;
    return plaintext_bytes + chunks * kTagBytes;
}

Outcome<std::uint64_t> plaintext_size(std::uint64_t sealed_payload_bytes) noexcept {
    if (sealed_payload_bytes < kTagBytes) return failed(Failure::payload);
    const auto chunks = (sealed_payload_bytes - 1) / kSealedChunkBytes + 1;
    const auto last = sealed_payload_bytes - (chunks - 1) * kSealedChunkBytes;
    // The final chunk is empty only if the whole payload is.
    if (last < kTagBytes || (last == kTagBytes && chunks > 1)) return failed(Failure::payload);
    return sealed_payload_bytes - chunks * kTagBytes;
}

ChunkSealer::ChunkSealer(const PayloadKey& key) : cipher_{key} {}

void ChunkSealer::seal(std::uint64_t index, Last last, ByteView plaintext, MutableByteView out) {
    ensure(plaintext.size() == kChunkBytes || (last == Last::yes && plaintext.size() < kChunkBytes),
           "only the last chunk is short");
    ensure(!plaintext.empty() || index == 0, "the last chunk is empty only in an empty file");
    cipher_.seal(chunk_nonce(index, last), {}, plaintext, out);
}

ChunkOpener::ChunkOpener(const PayloadKey& key) : cipher_{key} {}

Outcome<> ChunkOpener::open(std::uint64_t index, Last last, ByteView chunk, MutableByteView out) {
    if (chunk.size() < kTagBytes || chunk.size() > kSealedChunkBytes) return failed(Failure::payload);
    if (chunk.size() < kSealedChunkBytes && last == Last::no) return failed(Failure::payload);
    if (chunk.size() == kTagBytes && index > 0) return failed(Failure::payload);
    if (!cipher_.open(chunk_nonce(index, last), {}, chunk, out)) return failed(Failure::payload);
    return {};
}

bool ChunkOpener::open_misplaced(std::uint64_t index, Last expected, ByteView chunk, MutableByteView out) {
    return open(index, expected == Last::yes ? Last::no : Last::yes, chunk, out).has_value();
}

}  // namespace rogatory::age
