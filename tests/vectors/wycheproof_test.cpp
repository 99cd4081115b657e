// C2SP/Wycheproof. `acceptable` is decided once, here and in platform/decisions/0101-wycheproof-acceptable.md: an
// X25519 result that is all zero is refused (RFC 7748 §6.1 says MAY); every other acceptable case (twist points, keys
// that are not canonical) must give the value in the file, as RFC 7748 §5 asks of an implementation. No other file has
// acceptable cases; if one comes, the test fails until somebody decides.

#include <algorithm>
#include <functional>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <catch2/catch_test_macros.hpp>

#include "crypto/primitives/chacha20poly1305.hpp"
#include "crypto/primitives/hkdf.hpp"
#include "crypto/primitives/hmac.hpp"
#include "crypto/primitives/mlkem768.hpp"
#include "crypto/primitives/x25519.hpp"
#include "crypto/primitives/xchacha20poly1305.hpp"
#include "crypto/sign.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/vectors/families.hpp"

using namespace rogatory;
using namespace rogatory::tests;
using boost::json::value;

namespace {

enum class Verdict { valid, invalid, acceptable };

Verdict verdict_of(const value& test) {
    const auto result = text_of(test.at("result"));
    if (result == "valid") return Verdict::valid;
    if (result == "invalid") return Verdict::invalid;
    return Verdict::acceptable;
}

// Calls `holds(group, test, verdict)` for each case of the file.
void for_each_case(std::string_view family, std::string_view file,
                   const std::function<bool(const value&, const value&, Verdict)>& holds) {
    const auto json = vector_json("wycheproof/" + std::string{file});
    std::size_t cases = 0;
    for (const auto& group : json.at("testGroups").as_array()) {
        for (const auto& test : group.at("tests").as_array()) {
            ++cases;
            count_vector(family, holds(group, test, verdict_of(test)), std::to_string(test.at("tcId").as_int64()));
        }
    }
    CHECK(cases == static_cast<std::size_t>(json.at("numberOfTests").as_int64()));
}

bool has_flag(const value& test, std::string_view flag) {
    const auto& flags = test.at("flags").as_array();
    return std::any_of(flags.begin(), flags.end(), [&](const value& one) { return text_of(one) == flag; });
}

// Sealing gives the file's bytes and opening gives the message back; an invalid case opens to nothing.
template <class Key, class Nonce, class Seal, class Open>
bool aead_holds(const value& test, Verdict verdict, const Seal& seal, const Open& open) {
    const auto key = Key::from(bytes_of(test.at("key")));
    const auto iv = bytes_of(test.at("iv"));
    const auto message = bytes_of(test.at("msg"));
    const auto associated_data = bytes_of(test.at("aad"));
    auto sealed = bytes_of(test.at("ct"));
    append(sealed, bytes_of(test.at("tag")));
    // A nonce of another length cannot be passed at all: its type has one length.
    if (!key || iv.size() != std::tuple_size_v<Nonce>) return verdict == Verdict::invalid;
    const auto nonce = array_of<std::tuple_size_v<Nonce>>(iv);
    const auto opened = open(*key, nonce, associated_data, sealed);
    if (verdict == Verdict::invalid) return !opened;
    return verdict == Verdict::valid && opened && to_bytes(opened->expose_secret()) == message &&
           seal(*key, nonce, associated_data, message) == sealed;
}

}  // namespace

TEST_CASE("ChaCha20-Poly1305 holds Wycheproof's vectors", "[vectors][wycheproof]") {
    using Key = crypto::Secret<32>;
    for_each_case("wycheproof chacha20-poly1305", "chacha20_poly1305_test.json",
                  [](const value&, const value& test, Verdict verdict) {
                      return aead_holds<Key, crypto::ChaChaNonce>(
                          test, verdict, [](const auto&... all) { return crypto::chacha20poly1305_seal(all...); },
                          [](const auto&... all) { return crypto::chacha20poly1305_open(all...); });
                  });
}

TEST_CASE("XChaCha20-Poly1305 holds Wycheproof's vectors", "[vectors][wycheproof]") {
    for_each_case("wycheproof xchacha20-poly1305", "xchacha20_poly1305_test.json",
                  [](const value&, const value& test, Verdict verdict) {
                      return aead_holds<crypto::XChaChaKey, crypto::XChaChaNonce>(
                          test, verdict, [](const auto&... all) { return crypto::xchacha20poly1305_seal(all...); },
                          [](const auto&... all) { return crypto::xchacha20poly1305_open(all...); });
                  });
}

TEST_CASE("HKDF-SHA-256 holds Wycheproof's vectors", "[vectors][wycheproof]") {
    for_each_case("wycheproof hkdf-sha256", "hkdf_sha256_test.json",
                  [](const value&, const value& test, Verdict verdict) {
                      const auto key = crypto::hkdf_extract(bytes_of(test.at("salt")), bytes_of(test.at("ikm")));
                      Bytes out(static_cast<std::size_t>(test.at("size").as_int64()));
                      try {
                          crypto::hkdf_expand(key, bytes_of(test.at("info")), out);
                      } catch (const InvariantViolation&) {
                          return verdict == Verdict::invalid;  // more than 255 blocks: a bug of the caller
                      }
                      return verdict == Verdict::valid && out == bytes_of(test.at("okm"));
                  });
}

TEST_CASE("HMAC-SHA-256 holds Wycheproof's vectors", "[vectors][wycheproof]") {
    for_each_case("wycheproof hmac-sha256", "hmac_sha256_test.json",
                  [](const value& group, const value& test, Verdict verdict) {
                      const auto mac = crypto::hmac_sha256(bytes_of(test.at("key")), bytes_of(test.at("msg")));
                      const auto bytes = static_cast<std::size_t>(group.at("tagSize").as_int64()) / 8;
                      const auto equal =
                          crypto::equal_in_constant_time(ByteView{mac.bytes()}.first(bytes), bytes_of(test.at("tag")));
                      return equal == (verdict == Verdict::valid) && verdict != Verdict::acceptable;
                  });
}

TEST_CASE("X25519 holds Wycheproof's vectors", "[vectors][wycheproof]") {
    for_each_case("wycheproof x25519", "x25519_test.json", [](const value&, const value& test, Verdict verdict) {
        const auto own = crypto::X25519PrivateKey::from(bytes_of(test.at("private")));
        const crypto::X25519PublicKey other{array_of<32>(bytes_of(test.at("public")))};
        const auto shared = crypto::x25519(own.value(), other);
        if (has_flag(test, "ZeroSharedSecret")) return verdict == Verdict::acceptable && !shared;
        return verdict != Verdict::invalid && shared &&
               to_bytes(shared->expose_secret()) == bytes_of(test.at("shared"));
    });
}

TEST_CASE("Ed25519 holds Wycheproof's vectors", "[vectors][wycheproof]") {
    for_each_case("wycheproof ed25519", "ed25519_test.json",
                  [](const value& group, const value& test, Verdict verdict) {
                      const auto key = crypto::VerifyKey::from(bytes_of(group.at("publicKey").at("pk")));
                      const auto signature = crypto::signature_from(bytes_of(test.at("sig")));
                      const auto verifies = signature && key.value().verify(bytes_of(test.at("msg")), *signature);
                      return verifies == (verdict == Verdict::valid) && verdict != Verdict::acceptable;
                  });
}

TEST_CASE("ML-KEM-768 holds Wycheproof's vectors", "[vectors][wycheproof]") {
    for_each_case("wycheproof ml-kem-768", "mlkem_768_test.json", [](const value&, const value& test, Verdict verdict) {
        const auto seed = crypto::MlKem768Seed::from(bytes_of(test.at("seed")));
        const auto ciphertext = bytes_of(test.at("c"));
        // A seed or a ciphertext of another length cannot be passed at all.
        if (!seed || ciphertext.size() != 1088) return verdict == Verdict::invalid;
        const auto pair = crypto::mlkem768_key_pair(*seed);
        const auto shared =
            crypto::mlkem768_decapsulate(pair.private_key, crypto::MlKem768Ciphertext{array_of<1088>(ciphertext)});
        return verdict == Verdict::valid && to_bytes(pair.public_key.value()) == bytes_of(test.at("ek")) && shared &&
               to_bytes(shared->expose_secret()) == bytes_of(test.at("K"));
    });
}

TEST_CASE("an encapsulation key that is not reduced is refused", "[vectors][ml-kem]") {
    // FIPS 203 §7.2: the first coefficient set to 4095 > q - 1.
    SeededRandom random;
    auto key = crypto::mlkem768_key_pair(crypto::MlKem768Seed::random(random)).public_key.value();
    REQUIRE(crypto::mlkem768_encapsulate(crypto::MlKem768PublicKey{key}, random));

    key[0] = 0xff;
    key[1] |= 0x0fU;

    CHECK_FALSE(crypto::mlkem768_encapsulate(crypto::MlKem768PublicKey{key}, random));
}
