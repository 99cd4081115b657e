// Argon2id: the cases of the reference implementation's test.c that are ours (version 1.3, one lane).

#include <sodium.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <catch2/catch_test_macros.hpp>

#include "crypto/encoding/base64.hpp"
#include "crypto/primitives/argon2id.hpp"
#include "tests/vectors/families.hpp"

using namespace rogatory;
using namespace rogatory::tests;

TEST_CASE("Argon2id holds the reference implementation's vectors with one lane", "[vectors][argon2]") {
    // The file's salts have 8 bytes, which only libsodium's verifier of encoded hashes takes: it runs the same core.
    // The next test ties our own call to that verifier.
    const auto json = vector_json("argon2-kats/phc-hashtest.json");
    for (const auto& test : json.at("vectors").as_array()) {
        if (text_of(test.at("type")) != "argon2id" || test.at("version").as_int64() != 19 ||
            test.at("p").as_int64() != 1)
            continue;
        const auto encoded = text_of(test.at("encoded"));
        const auto password = text_of(test.at("password"));
        count_vector("argon2id (p = 1)",
                     crypto_pwhash_argon2id_str_verify(encoded.c_str(), password.data(), password.size()) == 0,
                     encoded);
        const auto other = password + "x";
        CHECK(crypto_pwhash_argon2id_str_verify(encoded.c_str(), other.data(), other.size()) != 0);
    }
}

TEST_CASE("our Argon2id means by m, t and p what the encoded form means", "[vectors][argon2]") {
    const auto password = std::string{"correct horse battery staple"};
    const crypto::Argon2idSalt salt{'s', 'i', 'x', 't', 'e', 'e', 'n', ' ', 'b', 'y', 't', 'e', 's', '!', '!', '!'};
    for (const auto [memory_kib, passes] :
         {crypto::Argon2idCost{8, 1}, crypto::Argon2idCost{256, 2}, crypto::Argon2idCost{65536, 3}}) {
        ByteArray<32> hash;
        crypto::argon2id(as_bytes(password), salt, {memory_kib, passes}, hash);

        const auto encoded = "$argon2id$v=19$m=" + std::to_string(memory_kib) + ",t=" + std::to_string(passes) +
                             ",p=1$" + encoding::base64_encode(salt, encoding::Base64::unpadded) + "$" +
                             encoding::base64_encode(hash, encoding::Base64::unpadded);
        CHECK(crypto_pwhash_argon2id_str_verify(encoded.c_str(), password.data(), password.size()) == 0);
    }
}
