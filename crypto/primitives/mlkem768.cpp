#include "crypto/primitives/mlkem768.hpp"

#include <sodium.h>

namespace rogatory::crypto {

static_assert(crypto_kem_mlkem768_SEEDBYTES == MlKem768Seed::kBytes);
static_assert(crypto_kem_mlkem768_SECRETKEYBYTES == MlKem768PrivateKey::kBytes);
static_assert(crypto_kem_mlkem768_PUBLICKEYBYTES == std::tuple_size_v<MlKem768PublicKey::Value>);
static_assert(crypto_kem_mlkem768_CIPHERTEXTBYTES == std::tuple_size_v<MlKem768Ciphertext::Value>);

MlKem768KeyPair mlkem768_key_pair(const MlKem768Seed& seed) {
    ByteArray<crypto_kem_mlkem768_PUBLICKEYBYTES> public_key;
    auto private_key = MlKem768PrivateKey::made_by([&](MutableByteView out) {
        ensure(crypto_kem_mlkem768_seed_keypair(public_key.data(), out.data(), seed.expose_secret().data()) == 0,
               "ML-KEM expands a seed");
    });
    return {MlKem768PublicKey{public_key}, std::move(private_key)};
}

std::optional<MlKem768Encapsulated> mlkem768_encapsulate(const MlKem768PublicKey& to, Random& random) {
    const auto seed = Secret<32>::random(random);
    ByteArray<crypto_kem_mlkem768_CIPHERTEXTBYTES> ciphertext;
    bool usable = false;
    auto shared = MlKem768SharedSecret::made_by([&](MutableByteView out) {
        usable = crypto_kem_mlkem768_enc_deterministic(ciphertext.data(), out.data(), to.value().data(),
                                                       seed.expose_secret().data()) == 0;
    });
    if (!usable) return std::nullopt;
    return MlKem768Encapsulated{MlKem768Ciphertext{ciphertext}, std::move(shared)};
}

std::optional<MlKem768SharedSecret> mlkem768_decapsulate(const MlKem768PrivateKey& key,
                                                         const MlKem768Ciphertext& ciphertext) {
    bool usable = false;
    auto shared = MlKem768SharedSecret::made_by([&](MutableByteView out) {
        usable = crypto_kem_mlkem768_dec(out.data(), ciphertext.value().data(), key.expose_secret().data()) == 0;
    });
    if (!usable) return std::nullopt;
    return shared;
}

}  // namespace rogatory::crypto
