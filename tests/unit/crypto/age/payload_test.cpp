#include "crypto/age/payload.hpp"

#include <rapidcheck.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/unit/crypto/age/samples.hpp"

namespace rogatory::tests {
namespace {

using age::ChunkOpener;
using age::ChunkSealer;
using age::Failure;
using age::kChunkBytes;
using age::kSealedChunkBytes;
using age::kTagBytes;
using age::Last;

age::PayloadKey sample_key() {
    SeededRandom random;
    return age::PayloadKey::random(random);
}

Bytes sealed(std::uint64_t index, Last last, ByteView plaintext) {
    Bytes out(plaintext.size() + kTagBytes);
    ChunkSealer{sample_key()}.seal(index, last, plaintext, out);
    return out;
}

bool opens(std::uint64_t index, Last last, ByteView chunk) {
    Bytes out(chunk.size() < kTagBytes ? 0 : chunk.size() - kTagBytes);
    return ChunkOpener{sample_key()}.open(index, last, chunk, out).has_value();
}

TEST_CASE("sizes of payloads are as the chunks make them", "[age][payload]") {
    CHECK(age::sealed_payload_size(0) == 16);
    CHECK(age::sealed_payload_size(1) == 17);
    CHECK(age::sealed_payload_size(65'536) == 65'552);
    CHECK(age::sealed_payload_size(65'537) == 65'537 + 32);

    const bool holds = rc::check("plaintext_size inverts sealed_payload_size", [] {
        const auto size = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 50);
        RC_ASSERT(age::plaintext_size(age::sealed_payload_size(size)) == size);
    });
    CHECK(holds);
}

TEST_CASE("a size that no plaintext has is refused", "[age][payload]") {
    const auto size = GENERATE(std::uint64_t{0}, 1, 15, kSealedChunkBytes + 1, kSealedChunkBytes + 15,
                               kSealedChunkBytes + 16, 3 * kSealedChunkBytes + 16);

    CHECK(age::plaintext_size(size).error() == Failure::payload);
}

TEST_CASE("a chunk opens only as itself, at its place and with its flag", "[age][payload]") {
    const auto full = sample_bytes(kChunkBytes);
    const auto chunk = sealed(3, Last::no, full);

    Bytes out(full.size());
    CHECK(ChunkOpener{sample_key()}.open(3, Last::no, chunk, out).has_value());
    CHECK(out == full);
    CHECK_FALSE(opens(2, Last::no, chunk));
    CHECK_FALSE(opens(4, Last::no, chunk));
    CHECK_FALSE(opens(3 + (std::uint64_t{1} << 32), Last::no, chunk));
    CHECK_FALSE(opens(3, Last::yes, chunk));
    CHECK_FALSE(opens(3, Last::no, ByteView{chunk}.first(chunk.size() - 1)));
    CHECK(ChunkOpener{sample_key()}.open_misplaced(3, Last::yes, chunk, out));
    CHECK_FALSE(ChunkOpener{sample_key()}.open_misplaced(2, Last::yes, chunk, out));

    for (const std::size_t place :
         {std::size_t{0}, std::size_t{1000}, kChunkBytes - 1, kChunkBytes, kSealedChunkBytes - 1}) {
        auto changed = chunk;
        changed[place] ^= 0x80;
        INFO(place);
        CHECK_FALSE(opens(3, Last::no, changed));
    }
}

TEST_CASE("a chunk that does not open leaves nothing of the plaintext behind", "[age][payload]") {
    auto chunk = sealed(0, Last::yes, as_bytes("the witness will be moved on Monday"));
    chunk.back() ^= 1;
    Bytes out(chunk.size() - kTagBytes, 0xaa);

    CHECK(ChunkOpener{sample_key()}.open(0, Last::yes, chunk, out).error() == Failure::payload);
    CHECK(out == Bytes(out.size(), 0));
}

TEST_CASE("only the last chunk is short, and only that of an empty file is empty", "[age][payload]") {
    CHECK(opens(0, Last::yes, sealed(0, Last::yes, {})));
    CHECK_THROWS_AS(sealed(1, Last::yes, {}), InvariantViolation);
    CHECK_THROWS_AS(sealed(0, Last::no, {}), InvariantViolation);
    CHECK_THROWS_AS(sealed(0, Last::no, Bytes(kChunkBytes - 1)), InvariantViolation);
    CHECK_THROWS_AS(sealed(0, Last::yes, Bytes(kChunkBytes + 1)), InvariantViolation);

    // What our sealer refuses to make, another may have made: an empty last chunk behind a full one.
    crypto::ChaChaNonce nonce{};
    nonce[10] = 1;
    nonce[11] = 1;
    const auto empty = crypto::chacha20poly1305_seal(sample_key(), nonce, {}, {});
    CHECK_FALSE(opens(1, Last::yes, empty));
}

TEST_CASE("a chunk is sealed and opened in place", "[age][payload]") {
    const auto plaintext = sample_bytes(1000);
    auto buffer = plaintext;
    buffer.resize(plaintext.size() + kTagBytes);

    ChunkSealer{sample_key()}.seal(0, Last::yes, ByteView{buffer}.first(plaintext.size()), buffer);
    CHECK(buffer == sealed(0, Last::yes, plaintext));
    const auto out = MutableByteView{buffer}.first(plaintext.size());
    REQUIRE(ChunkOpener{sample_key()}.open(0, Last::yes, buffer, out).has_value());
    CHECK(to_bytes(ByteView{out}) == plaintext);
}

}  // namespace
}  // namespace rogatory::tests
