#include "crypto/sign.hpp"

#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/hex.hpp"
#include "tests/support/seeded_random.hpp"

using namespace rogatory;
using crypto::Labelled;
using crypto::SigningKey;
using tests::SeededRandom;

TEST_CASE("a signature holds for its key, its message and itself", "[crypto][sign]") {
    SeededRandom random;
    const auto key = SigningKey::generate(random);
    const auto signature = key.sign(as_bytes("message"));
    CHECK(key.verify_key().verify(as_bytes("message"), signature));
    CHECK_FALSE(key.verify_key().verify(as_bytes("messagf"), signature));
    CHECK_FALSE(key.verify_key().verify(as_bytes(""), signature));
    CHECK_FALSE(SigningKey::generate(random).verify_key().verify(as_bytes("message"), signature));
    for (std::size_t i = 0; i < 64; ++i) {
        auto changed = signature.value();
        changed[i] ^= 1U;
        CHECK_FALSE(key.verify_key().verify(as_bytes("message"), crypto::Signature{changed}));
    }
    CHECK(SigningKey::from_seed(key.seed()).verify_key() == key.verify_key());
    CHECK_FALSE(crypto::signature_from(Bytes(63)));
    CHECK_FALSE(crypto::VerifyKey::from(Bytes(31)));
}

TEST_CASE("a key of small order verifies nothing", "[crypto][sign]") {
    // With A = the neutral element and R = A, S = 0, the equation holds for every message: verifiers without the check
    // accept it.
    ByteArray<32> neutral{1};
    ByteArray<64> signature{1};
    CHECK_FALSE(crypto::VerifyKey{neutral}.verify(as_bytes("anything"), crypto::Signature{signature}));
}

TEST_CASE("a labelled text is label, zero byte and parts", "[crypto][labels]") {
    Labelled text{"rogatory/v1/leaf"};
    text.fixed(Bytes{0xaa, 0xbb}).number(258).variable("xyz");
    CHECK(as_text(text.bytes()).substr(0, 17) == std::string_view{"rogatory/v1/leaf\0", 17});
    CHECK(encoding::hex_encode(text.bytes().subspan(17)) ==
          "aabb"
          "0000000000000102"
          "0000000000000003"
          "78797a");
    CHECK(text.sha256() == crypto::sha256(text.bytes()));
}

TEST_CASE("moving a boundary between variable parts changes the text", "[crypto][labels]") {
    const auto text = [](std::string_view a, std::string_view b) {
        return Labelled{"rogatory/v1/state"}.variable(a).variable(b).sha256();
    };
    CHECK(text("ab", "c") != text("a", "bc"));
    CHECK(text("", "abc") != text("abc", ""));
}

TEST_CASE("a signature in one context is none in another", "[crypto][sign]") {
    SeededRandom random;
    const auto key = SigningKey::generate(random);
    const auto signature = key.sign(Labelled{"rogatory/v1/sign-in"}.variable("x"));
    CHECK(key.verify_key().verify(Labelled{"rogatory/v1/sign-in"}.variable("x"), signature));
    CHECK_FALSE(key.verify_key().verify(Labelled{"rogatory/v1/state"}.variable("x"), signature));
    CHECK_FALSE(key.verify_key().verify(as_bytes("x"), signature));
}
