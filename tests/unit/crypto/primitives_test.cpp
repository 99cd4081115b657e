#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/chacha20poly1305.hpp"
#include "crypto/primitives/hkdf.hpp"
#include "crypto/primitives/hmac.hpp"
#include "crypto/primitives/hpke.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/primitives/x25519.hpp"
#include "crypto/primitives/xchacha20poly1305.hpp"
#include "tests/support/seeded_random.hpp"

using namespace rogatory;
using tests::SeededRandom;

TEST_CASE("hashing in pieces is hashing the whole", "[crypto][primitives]") {
    SeededRandom random;
    Bytes message(1000);
    random.fill(message);
    crypto::Sha256 hasher;
    for (int round = 0; round < 2; ++round) {  // finish() starts anew
        for (std::size_t at = 0; at < message.size(); at += 7) {
            hasher.update(ByteView{message}.subspan(at, std::min<std::size_t>(7, message.size() - at)));
        }
        CHECK(hasher.finish() == crypto::sha256(message));
    }
    CHECK(crypto::sha256({ByteView{message}.first(10), ByteView{message}.subspan(10)}) == crypto::sha256(message));
}

TEST_CASE("a moved hasher goes on", "[crypto][primitives]") {
    crypto::Sha256 first;
    first.update(as_bytes("ab"));
    auto second = std::move(first);
    CHECK(second.update(as_bytes("c")).finish() == crypto::sha256(as_bytes("abc")));
}

TEST_CASE("a MAC compares by content", "[crypto][primitives]") {
    const auto mac = crypto::hmac_sha256(as_bytes("key"), as_bytes("message"));
    CHECK(mac == crypto::hmac_sha256(as_bytes("key"), {as_bytes("mess"), as_bytes("age")}));
    CHECK_FALSE(mac == crypto::hmac_sha256(as_bytes("key"), as_bytes("messagf")));
    CHECK_FALSE(mac == crypto::hmac_sha256(as_bytes("kez"), as_bytes("message")));
}

TEST_CASE("one AEAD object seals and opens many chunks, in place too", "[crypto][primitives]") {
    SeededRandom random;
    const auto key = crypto::Secret<32>::random(random);
    crypto::ChaCha20Poly1305 aead{key};
    for (const auto size : std::vector<std::size_t>{0, 1, 15, 16, 17, 64, 65536}) {
        Bytes plaintext(size);
        random.fill(plaintext);
        const auto nonce = random.bytes<12>();
        Bytes sealed(size + 16);
        aead.seal(nonce, {}, plaintext, sealed);
        CHECK(sealed == crypto::chacha20poly1305_seal(key, nonce, {}, plaintext));

        Bytes in_place = plaintext;
        in_place.resize(size + 16);
        aead.seal(nonce, {}, ByteView{in_place}.first(size), in_place);
        CHECK(in_place == sealed);

        Bytes opened(size);
        CHECK(aead.open(nonce, {}, sealed, opened));
        CHECK(opened == plaintext);
        CHECK(aead.open(nonce, {}, in_place, MutableByteView{in_place}.first(size)));
        CHECK(std::equal(plaintext.begin(), plaintext.end(), in_place.begin()));
    }
}

TEST_CASE("what is not authentic opens to nothing and leaves nothing", "[crypto][primitives]") {
    SeededRandom random;
    const auto key = crypto::Secret<32>::random(random);
    const auto other_key = crypto::Secret<32>::random(random);
    const auto nonce = random.bytes<12>();
    const auto sealed = crypto::chacha20poly1305_seal(key, nonce, as_bytes("data"), as_bytes("plaintext"));
    REQUIRE(crypto::chacha20poly1305_open(key, nonce, as_bytes("data"), sealed));

    for (std::size_t i = 0; i < sealed.size(); ++i) {
        auto changed = sealed;
        changed[i] ^= 0x80U;
        Bytes out(changed.size() - 16, 0xee);
        CHECK_FALSE(crypto::ChaCha20Poly1305{key}.open(nonce, as_bytes("data"), changed, out));
        CHECK(out == Bytes(out.size(), 0));
    }
    auto other_nonce = nonce;
    other_nonce[0] ^= 1U;
    CHECK_FALSE(crypto::chacha20poly1305_open(key, other_nonce, as_bytes("data"), sealed));
    CHECK_FALSE(crypto::chacha20poly1305_open(key, nonce, as_bytes("date"), sealed));
    CHECK_FALSE(crypto::chacha20poly1305_open(other_key, nonce, as_bytes("data"), sealed));
    CHECK_FALSE(crypto::chacha20poly1305_open(key, nonce, as_bytes("data"), ByteView{sealed}.first(15)));
    CHECK_FALSE(crypto::chacha20poly1305_open(key, nonce, as_bytes("data"), {}));
}

TEST_CASE("an AEAD object goes on after a forgery", "[crypto][primitives]") {
    SeededRandom random;
    crypto::ChaCha20Poly1305 aead{crypto::Secret<32>::random(random)};
    const auto nonce = random.bytes<12>();
    Bytes sealed(20);
    aead.seal(nonce, {}, as_bytes("four"), sealed);
    auto forged = sealed;
    forged[0] ^= 1U;
    Bytes out(4);
    CHECK_FALSE(aead.open(nonce, {}, forged, out));
    CHECK(aead.open(nonce, {}, sealed, out));
    CHECK(as_text(out) == "four");
}

TEST_CASE("XChaCha20-Poly1305 refuses another key, nonce, data and length", "[crypto][primitives]") {
    SeededRandom random;
    const auto key = crypto::XChaChaKey::random(random);
    const auto nonce = random.bytes<24>();
    const auto sealed = crypto::xchacha20poly1305_seal(key, nonce, as_bytes("id"), as_bytes("card"));
    const auto opened = crypto::xchacha20poly1305_open(key, nonce, as_bytes("id"), sealed);
    REQUIRE(opened);
    CHECK(as_text(opened->expose_secret()) == "card");
    CHECK_FALSE(crypto::xchacha20poly1305_open(crypto::XChaChaKey::random(random), nonce, as_bytes("id"), sealed));
    CHECK_FALSE(crypto::xchacha20poly1305_open(key, random.bytes<24>(), as_bytes("id"), sealed));
    CHECK_FALSE(crypto::xchacha20poly1305_open(key, nonce, as_bytes("ie"), sealed));
    CHECK_FALSE(crypto::xchacha20poly1305_open(key, nonce, as_bytes("id"), ByteView{sealed}.first(15)));
}

TEST_CASE("X25519 refuses keys of low order", "[crypto][primitives]") {
    SeededRandom random;
    const auto own = crypto::X25519PrivateKey::random(random);
    CHECK_FALSE(crypto::x25519(own, crypto::X25519PublicKey{ByteArray<32>{}}));
    CHECK_FALSE(crypto::x25519(own, crypto::X25519PublicKey{ByteArray<32>{1}}));
}

TEST_CASE("HPKE opens only with the right key, info, data and bytes", "[crypto][primitives]") {
    SeededRandom random;
    const auto seed = crypto::XWingSeed::random(random);
    const auto key = crypto::xwing_public_key(seed);
    const auto sealed = crypto::hpke_seal(key, as_bytes("info"), as_bytes("data"), as_bytes("file key"), random);
    REQUIRE(sealed);
    const auto open = [&](const crypto::XWingSeed& with, std::string_view info, std::string_view data,
                          const Bytes& ciphertext) {
        return crypto::hpke_open(with, sealed->encapsulated, as_bytes(info), as_bytes(data), ciphertext);
    };
    const auto opened = open(seed, "info", "data", sealed->ciphertext);
    REQUIRE(opened);
    CHECK(as_text(opened->expose_secret()) == "file key");
    CHECK_FALSE(open(crypto::XWingSeed::random(random), "info", "data", sealed->ciphertext));
    CHECK_FALSE(open(seed, "infp", "data", sealed->ciphertext));
    CHECK_FALSE(open(seed, "info", "datb", sealed->ciphertext));
    CHECK_FALSE(open(seed, "info", "data", {}));
    auto changed = sealed->ciphertext;
    changed.back() ^= 1U;
    CHECK_FALSE(open(seed, "info", "data", changed));
    auto share = sealed->encapsulated.value();
    share[0] ^= 1U;
    CHECK_FALSE(crypto::hpke_open(seed, crypto::XWingCiphertext{share}, as_bytes("info"), as_bytes("data"),
                                  sealed->ciphertext));
}

TEST_CASE("X-Wing refuses shares of low order and malformed keys", "[crypto][primitives]") {
    SeededRandom random;
    const auto seed = crypto::XWingSeed::random(random);
    const auto key = crypto::xwing_public_key(seed);
    const auto encapsulated = crypto::xwing_encapsulate(key, random);
    REQUIRE(encapsulated);

    // The last 32 bytes of ciphertext and key are X25519's.
    for (const std::uint8_t point : Bytes{0, 1}) {
        auto share = encapsulated->ciphertext.value();
        std::fill(share.end() - 32, share.end(), std::uint8_t{0});
        *(share.end() - 32) = point;
        CHECK_FALSE(crypto::xwing_decapsulate(seed, crypto::XWingCiphertext{share}));

        auto low_order = key.value();
        std::fill(low_order.end() - 32, low_order.end(), std::uint8_t{0});
        *(low_order.end() - 32) = point;
        CHECK_FALSE(crypto::xwing_encapsulate(crypto::XWingPublicKey{low_order}, random));
    }
    auto not_reduced = key.value();
    not_reduced[0] = 0xff;
    not_reduced[1] |= 0x0fU;
    CHECK_FALSE(crypto::xwing_encapsulate(crypto::XWingPublicKey{not_reduced}, random));
}

TEST_CASE("the system's random bytes differ", "[crypto][primitives]") {
    CHECK(crypto::system_random().bytes<32>() != crypto::system_random().bytes<32>());
}
