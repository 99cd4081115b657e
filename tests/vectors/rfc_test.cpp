// Vectors printed in the standards themselves.

#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/bech32.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/chacha20poly1305.hpp"
#include "crypto/primitives/hkdf.hpp"
#include "crypto/primitives/hmac.hpp"
#include "crypto/primitives/scrypt.hpp"
#include "crypto/primitives/sha1.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/primitives/x25519.hpp"
#include "crypto/primitives/xchacha20poly1305.hpp"
#include "crypto/sign.hpp"
#include "tests/vectors/families.hpp"

using namespace rogatory;
using namespace rogatory::tests;

namespace {

std::string hex(ByteView bytes) { return encoding::hex_encode(bytes); }

Bytes counting(std::uint8_t first, std::uint8_t last) {
    Bytes bytes;
    for (unsigned i = first; i <= last; ++i) bytes.push_back(static_cast<std::uint8_t>(i));
    return bytes;
}

}  // namespace

TEST_CASE("SHA-256 holds FIPS 180-4's examples", "[vectors][rfc]") {
    const auto check = [](const std::string& message, std::string_view digest) {
        count_vector("fips180-4 sha-256", hex(crypto::sha256(as_bytes(message)).value()) == digest, digest);
    };
    check("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    check(std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-1 holds RFC 3174's test suite", "[vectors][rfc]") {
    crypto::Sha1ForDamage hasher;
    const auto check = [&](const std::string& message, std::string_view digest) {
        hasher.update(ByteView{as_bytes(message)}.first(message.size() / 2));
        hasher.update(as_bytes(message).subspan(message.size() / 2));
        count_vector("rfc3174 sha-1", hex(hasher.finish()) == digest, digest);
    };
    check("abc", "a9993e364706816aba3e25717850c26c9cd0d89d");
    check("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    check(std::string(1'000'000, 'a'), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    std::string last;
    for (int i = 0; i < 80; ++i) last += "01234567";
    check(last, "dea356a2cddd90c7a7ecedc5ebb563934f460452");
}

TEST_CASE("HMAC-SHA-256 holds RFC 4231's vectors", "[vectors][rfc]") {
    const auto check = [](const Bytes& key, const Bytes& message, std::string_view mac) {
        count_vector("rfc4231 hmac-sha-256", hex(crypto::hmac_sha256(key, message).bytes()) == mac, mac);
    };
    check(Bytes(20, 0x0b), to_bytes("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    check(to_bytes("Jefe"), to_bytes("what do ya want for nothing?"),
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    check(Bytes(20, 0xaa), Bytes(50, 0xdd), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    check(counting(1, 25), Bytes(50, 0xcd), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    check(Bytes(131, 0xaa), to_bytes("Test Using Larger Than Block-Size Key - Hash Key First"),
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("HKDF-SHA-256 holds RFC 5869's vectors", "[vectors][rfc]") {
    const auto check = [](const Bytes& ikm, const Bytes& salt, const Bytes& info, std::string_view prk,
                          std::string_view okm) {
        const auto key = crypto::hkdf_extract(salt, ikm);
        Bytes out(okm.size() / 2);
        crypto::hkdf_expand(key, info, out);
        count_vector("rfc5869 hkdf-sha-256", hex(key.expose_secret()) == prk && hex(out) == okm, prk);
    };
    check(Bytes(22, 0x0b), counting(0x00, 0x0c), counting(0xf0, 0xf9),
          "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
          "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    check(counting(0x00, 0x4f), counting(0x60, 0xaf), counting(0xb0, 0xff),
          "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
          "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f"
          "09b8367793a9aca3"
          "db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
    check(Bytes(22, 0x0b), {}, {}, "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
          "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST_CASE("ChaCha20-Poly1305 holds RFC 8439's and the XChaCha draft's vectors", "[vectors][rfc]") {
    const auto plaintext = to_bytes(
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would "
        "be it.");
    const auto associated_data = from_hex("50515253c0c1c2c3c4c5c6c7");
    const auto key_bytes = counting(0x80, 0x9f);

    const auto key = crypto::Secret<32>::from(key_bytes);
    const auto nonce = array_of<12>(from_hex("070000004041424344454647"));
    const auto sealed = crypto::chacha20poly1305_seal(key.value(), nonce, associated_data, plaintext);
    count_vector("rfc8439 chacha20-poly1305",
                 hex(sealed) ==
                     "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1"
                     "a71de0a9e06"
                     "0b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7"
                     "a9de576d265"
                     "86cec64b61161ae10b594f09e26a7e902ecbd0600691",
                 "2.8.2");

    const auto xkey = crypto::XChaChaKey::from(key_bytes);
    const auto xnonce = array_of<24>(counting(0x40, 0x57));
    const auto xsealed = crypto::xchacha20poly1305_seal(xkey.value(), xnonce, associated_data, plaintext);
    count_vector(
        "xchacha draft-03",
        hex(xsealed) ==
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c"
            "54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da97688"
            "12f615c68b13b52ec0875924c1c7987947deafd8780acf49",
        "A.3.1");
}

TEST_CASE("X25519 holds RFC 7748's vectors", "[vectors][rfc]") {
    const auto multiply = [](std::string_view scalar, std::string_view u) {
        const auto own = crypto::X25519PrivateKey::from(from_hex(scalar));
        return hex(
            crypto::x25519(own.value(), crypto::X25519PublicKey{array_of<32>(from_hex(u))}).value().expose_secret());
    };
    count_vector("rfc7748 x25519",
                 multiply("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
                          "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c") ==
                     "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
                 "5.2 first");
    count_vector("rfc7748 x25519",
                 multiply("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
                          "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493") ==
                     "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
                 "5.2 second");
    auto k = std::string{"0900000000000000000000000000000000000000000000000000000000000000"};
    auto u = k;
    for (int i = 1; i <= 1000; ++i) {
        auto next = multiply(k, u);
        u = std::exchange(k, std::move(next));
        if (i == 1)
            count_vector("rfc7748 x25519", k == "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
                         "5.2 once");
    }
    count_vector("rfc7748 x25519", k == "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51",
                 "5.2 a thousand times");

    const auto alice =
        crypto::X25519PrivateKey::from(from_hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
    const auto bob =
        crypto::X25519PrivateKey::from(from_hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
    const auto from_alice = crypto::x25519(alice.value(), crypto::x25519_public_key(bob.value()));
    const auto from_bob = crypto::x25519(*bob, crypto::x25519_public_key(*alice));
    count_vector(
        "rfc7748 x25519",
        from_alice && from_bob && *from_alice == *from_bob &&
            hex(from_alice->expose_secret()) == "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
        "6.1");
}

TEST_CASE("Ed25519 holds RFC 8032's vectors", "[vectors][rfc]") {
    const auto check = [](std::string_view seed, std::string_view key, std::string_view message,
                          std::string_view signature) {
        const auto signing = crypto::SigningKey::from_seed(crypto::Ed25519Seed::from(from_hex(seed)).value());
        const auto made = signing.sign(from_hex(message));
        count_vector("rfc8032 ed25519",
                     hex(signing.verify_key().bytes()) == key && hex(made.value()) == signature &&
                         signing.verify_key().verify(from_hex(message), made),
                     key);
    };
    check("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
          "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
          "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595b"
          "be24655141438e7a100b");
    check("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
          "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb430"
          "2aeeb00d291612bb0c00");
    check("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
          "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
          "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716e"
          "d28dc027beceea1ec40a");
}

TEST_CASE("scrypt holds RFC 7914's vectors", "[vectors][rfc]") {
    const auto check = [](std::string_view password, std::string_view salt, crypto::ScryptCost cost,
                          std::string_view key) {
        ByteArray<64> out;
        crypto::scrypt(as_bytes(password), as_bytes(salt), cost, out);
        count_vector("rfc7914 scrypt", hex(out) == key, key);
    };
    check("", "", {4, 1, 1},
          "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d"
          "3628cf35e20c38d18906");
    check("password", "NaCl", {10, 8, 16},
          "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83"
          "ee6d8360cbdfa2cc0640");
    check("pleaseletmein", "SodiumChloride", {14, 8, 1},
          "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d65"
          "1e40dfcf017b45575887");
}

TEST_CASE("base 64 holds RFC 4648's vectors", "[vectors][rfc]") {
    for (const auto& [plain, padded] : {std::pair{"", ""},
                                        {"f", "Zg=="},
                                        {"fo", "Zm8="},
                                        {"foo", "Zm9v"},
                                        {"foob", "Zm9vYg=="},
                                        {"fooba", "Zm9vYmE="},
                                        {"foobar", "Zm9vYmFy"}}) {
        count_vector(
            "rfc4648 base64",
            encoding::base64_encode(as_bytes(plain)) == padded && encoding::base64_decode(padded) == to_bytes(plain),
            padded);
    }
}

TEST_CASE("Bech32 holds BIP 173's vectors", "[vectors][rfc]") {
    // The one that exceeds only the limit of 90 characters is valid here, as in age.
    for (const auto* valid :
         {"A12UEL5L", "a12uel5l",
          "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
          "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
          "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "?1ezyfcl"}) {
        count_vector("bip173 bech32", encoding::bech32_decode(valid).has_value(), valid);
    }
    for (const auto* invalid : {"\x20"
                                "1nwldj5",
                                "\x7f"
                                "1axkwrx",
                                "\x80"
                                "1eym55h",
                                "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "de1lg7wt\xff", "A1G7SGD8",
                                "10a06t8", "1qzzfhee"}) {
        count_vector("bip173 bech32", !encoding::bech32_decode(invalid).has_value(), invalid);
    }
}
