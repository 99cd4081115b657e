// X-Wing draft 10 (its own vectors) and draft-ietf-hpke-pq (the suite of age's hybrid stanza).

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <catch2/catch_test_macros.hpp>

#include "crypto/primitives/hpke.hpp"
#include "crypto/primitives/xwing.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/vectors/families.hpp"

using namespace rogatory;
using namespace rogatory::tests;

TEST_CASE("X-Wing holds its draft's vectors", "[vectors][xwing]") {
    const auto json = vector_json("xwing/spec/test-vectors.json");
    std::size_t number = 0;
    for (const auto& test : json.as_array()) {
        const auto seed = crypto::XWingSeed::from(bytes_of(test.at("seed")));
        const auto public_key = crypto::xwing_public_key(seed.value());
        ScriptedRandom random{bytes_of(test.at("eseed"))};
        const auto encapsulated = crypto::xwing_encapsulate(public_key, random);
        const auto shared_secret = bytes_of(test.at("ss"));
        const auto opened = crypto::xwing_decapsulate(*seed, encapsulated.value().ciphertext);
        count_vector("x-wing",
                     to_bytes(public_key.value()) == bytes_of(test.at("pk")) &&
                         bytes_of(test.at("sk")) == bytes_of(test.at("seed")) &&
                         to_bytes(encapsulated->ciphertext.value()) == bytes_of(test.at("ct")) &&
                         to_bytes(encapsulated->shared_secret.expose_secret()) == shared_secret &&
                         to_bytes(opened.value().expose_secret()) == shared_secret,
                     std::to_string(number++));
    }
}

TEST_CASE("HPKE with X-Wing, HKDF-SHA-256 and ChaCha20-Poly1305 holds the draft's vectors", "[vectors][hpke]") {
    // Other suites of the file are not ours; of ours the first message, since we seal one message a key.
    const auto json = vector_json("hpke-pq/test-vectors.json");
    for (const auto& test : json.as_array()) {
        if (test.at("mode").as_int64() != 0 || test.at("kem_id").as_int64() != 0x647a ||
            test.at("kdf_id").as_int64() != 1 || test.at("aead_id").as_int64() != 3) {
            continue;
        }
        const auto info = bytes_of(test.at("info"));
        const auto& first = test.at("encryptions").as_array().at(0);
        const auto associated_data = bytes_of(first.at("aad"));
        const auto plaintext = bytes_of(first.at("pt"));
        const auto seed = crypto::XWingSeed::from(bytes_of(test.at("skRm")));
        const crypto::XWingPublicKey public_key{array_of<1216>(bytes_of(test.at("pkRm")))};

        ScriptedRandom random{bytes_of(test.at("ikmE"))};
        const auto sealed = crypto::hpke_seal(public_key, info, associated_data, plaintext, random);
        const crypto::XWingCiphertext encapsulated{array_of<1120>(bytes_of(test.at("enc")))};
        const auto opened =
            crypto::hpke_open(seed.value(), encapsulated, info, associated_data, bytes_of(first.at("ct")));

        count_vector("hpke-pq (0x647a, 1, 3)",
                     crypto::xwing_public_key(*seed) == public_key && sealed.value().encapsulated == encapsulated &&
                         sealed->ciphertext == bytes_of(first.at("ct")) && opened &&
                         to_bytes(opened->expose_secret()) == plaintext,
                     "first encryption");
    }
}
