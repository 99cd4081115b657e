#include "crypto/shamir.hpp"

#include <set>

#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/hex.hpp"
#include "tests/support/seeded_random.hpp"

using namespace rogatory;
using namespace rogatory::crypto;
using tests::ScriptedRandom;
using tests::SeededRandom;

namespace {

ShamirShare copy_of(const ShamirShare& share) { return {share.index, share.value.duplicate()}; }

}  // namespace

TEST_CASE("GF(256) multiplies as FIPS 197 says", "[crypto][shamir]") {
    CHECK(gf256_multiply(0x57, 0x83) == 0xc1);  // §4.2
    CHECK(gf256_multiply(0x57, 0x13) == 0xfe);  // §4.2.1
    CHECK(gf256_inverse(0x53) == 0xca);
    CHECK(gf256_inverse(0) == 0);
    for (unsigned a = 1; a < 256; ++a) {
        const auto value = static_cast<std::uint8_t>(a);
        CHECK(gf256_multiply(value, gf256_inverse(value)) == 1);
        CHECK(gf256_multiply(value, 1) == value);
        CHECK(gf256_multiply(value, 0) == 0);
    }
}

TEST_CASE("any k shares give the secret, and a wrong or missing one does not", "[crypto][shamir]") {
    SeededRandom random;
    const auto secret = SecretBytes::copy_of(as_bytes("thirty-two bytes of an identity!"));
    const auto shares = shamir_split(secret.expose_secret(), {3, 5}, random);
    REQUIRE(shares.size() == 5);
    for (unsigned chosen = 1; chosen < 32; ++chosen) {
        std::vector<ShamirShare> some;
        for (unsigned i = 0; i < 5; ++i) {
            if ((chosen >> i & 1U) != 0) some.insert(some.begin(), copy_of(shares[i]));  // any order
        }
        const auto combined = shamir_combine(some);
        REQUIRE(combined);
        CHECK((*combined == secret) == (some.size() >= 3));
        if (some.size() < 3) continue;
        some[0].value.expose_secret_mutable()[7] ^= 1U;
        CHECK_FALSE(*shamir_combine(some) == secret);
    }
}

TEST_CASE("one share of two is consistent with every secret", "[crypto][shamir]") {
    // With k = 2 and one byte: over all coefficients, share 1 of a fixed secret takes every value exactly once.
    for (const std::uint8_t secret : Bytes{0, 1, 0x80, 0xff}) {
        std::set<std::uint8_t> values;
        for (unsigned coefficient = 0; coefficient < 256; ++coefficient) {
            ScriptedRandom random{Bytes{static_cast<std::uint8_t>(coefficient)}};
            values.insert(shamir_split(Bytes{secret}, {2, 2}, random)[0].value.expose_secret()[0]);
        }
        CHECK(values.size() == 256);
    }
}

TEST_CASE("shares are what independent code computes", "[crypto][shamir]") {
    // From a ten-line Python script with logarithm tables: secret 000102…0f, coefficients f0f1…ff and 808182…8f, k = 3.
    Bytes secret;
    Bytes coefficients;
    for (unsigned i = 0; i < 16; ++i) secret.push_back(static_cast<std::uint8_t>(i));
    for (unsigned i = 0; i < 16; ++i) coefficients.push_back(static_cast<std::uint8_t>(0xf0 + i));
    for (unsigned i = 0; i < 16; ++i) coefficients.push_back(static_cast<std::uint8_t>(0x80 + i));
    ScriptedRandom random{coefficients};
    const auto shares = shamir_split(secret, {3, 4}, random);
    CHECK(encoding::hex_encode(shares[0].value.expose_secret()) == "707172737475767778797a7b7c7d7e7f");
    CHECK(encoding::hex_encode(shares[1].value.expose_secret()) == "cdcac3c4d1d6dfd8f5f2fbfce9eee7e0");
    CHECK(encoding::hex_encode(shares[3].value.expose_secret()) == "35201f0a61744b5e9d88b7a2c9dce3f6");
}

TEST_CASE("shares that cannot belong together are refused", "[crypto][shamir]") {
    SeededRandom random;
    const auto shares = shamir_split(Bytes{1, 2, 3}, {2, 3}, random);
    CHECK_FALSE(shamir_combine({}));
    std::vector<ShamirShare> twice;
    twice.push_back(copy_of(shares[0]));
    twice.push_back(copy_of(shares[0]));
    CHECK_FALSE(shamir_combine(twice));
    std::vector<ShamirShare> lengths;
    lengths.push_back(copy_of(shares[0]));
    lengths.push_back({2, SecretBytes::copy_of(Bytes{1, 2})});
    CHECK_FALSE(shamir_combine(lengths));
    std::vector<ShamirShare> zero;
    zero.push_back({0, SecretBytes::copy_of(Bytes{1, 2, 3})});
    CHECK_FALSE(shamir_combine(zero));
    CHECK_THROWS_AS(shamir_split(Bytes{1}, {1, 3}, random), InvariantViolation);
    CHECK_THROWS_AS(shamir_split(Bytes{1}, {4, 3}, random), InvariantViolation);
    CHECK_THROWS_AS(shamir_split({}, {2, 3}, random), InvariantViolation);
}

TEST_CASE("a share is written with its index in front", "[crypto][shamir]") {
    SeededRandom random;
    const auto shares = shamir_split(Bytes{1, 2, 3}, {2, 255}, random);
    CHECK(shares.back().index == 255);
    const auto encoded = shares.back().encode();
    CHECK(encoded.size() == 4);
    const auto decoded = ShamirShare::decode(encoded.expose_secret());
    REQUIRE(decoded);
    CHECK(decoded->index == 255);
    CHECK(decoded->value == shares.back().value);
    CHECK_FALSE(ShamirShare::decode({}));
    CHECK_FALSE(ShamirShare::decode(Bytes{1}));
    CHECK_FALSE(ShamirShare::decode(Bytes{0, 1}));
}
