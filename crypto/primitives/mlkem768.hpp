#pragma once

#include <optional>

#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/strong.hpp"

namespace rogatory::crypto {

// ML-KEM-768 (FIPS 203) by libsodium. Rogatory uses it only inside X-Wing; it stands here so that the half that X-Wing
// takes from it is held to its own vectors.
using MlKem768Seed = Secret<64, struct MlKem768SeedTag>;  // d ‖ z
using MlKem768PrivateKey = Secret<2400, struct MlKem768PrivateKeyTag>;
using MlKem768PublicKey = Strong<struct MlKem768PublicKeyTag, ByteArray<1184>>;
using MlKem768Ciphertext = Strong<struct MlKem768CiphertextTag, ByteArray<1088>>;
using MlKem768SharedSecret = Secret<32, struct MlKem768SharedSecretTag>;

struct MlKem768KeyPair {
    MlKem768PublicKey public_key;
    MlKem768PrivateKey private_key;
};

struct MlKem768Encapsulated {
    MlKem768Ciphertext ciphertext;
    MlKem768SharedSecret shared_secret;
};

[[nodiscard]] MlKem768KeyPair mlkem768_key_pair(const MlKem768Seed& seed);
// nullopt if a coefficient of the public key is not reduced (FIPS 203 §7.2).
[[nodiscard]] std::optional<MlKem768Encapsulated> mlkem768_encapsulate(const MlKem768PublicKey& to, Random& random);
// nullopt if the private key's own hash does not match (FIPS 203 §7.3), where libsodium checks it.
[[nodiscard]] std::optional<MlKem768SharedSecret> mlkem768_decapsulate(const MlKem768PrivateKey& key,
                                                                       const MlKem768Ciphertext& ciphertext);

}  // namespace rogatory::crypto
