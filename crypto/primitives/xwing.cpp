#include "crypto/primitives/xwing.hpp"

#include <sodium.h>

namespace rogatory::crypto {

static_assert(crypto_kem_xwing_SEEDBYTES == XWingSeed::kBytes && crypto_kem_xwing_SECRETKEYBYTES == XWingSeed::kBytes);
static_assert(crypto_kem_xwing_PUBLICKEYBYTES == std::tuple_size_v<XWingPublicKey::Value>);
static_assert(crypto_kem_xwing_CIPHERTEXTBYTES == std::tuple_size_v<XWingCiphertext::Value>);
static_assert(crypto_kem_xwing_SHAREDSECRETBYTES == XWingSharedSecret::kBytes);

namespace {

using EncapsulationSeed = Secret<64, struct EncapsulationSeedTag>;

}  // namespace

XWingPublicKey xwing_public_key(const XWingSeed& seed) {
    ByteArray<crypto_kem_xwing_PUBLICKEYBYTES> out;
    // libsodium copies the seed out as the "secret key"; it goes to memory that is wiped.
    (void)XWingSeed::made_by([&](MutableByteView secret_key) {
        ensure(crypto_kem_xwing_seed_keypair(out.data(), secret_key.data(), seed.expose_secret().data()) == 0,
               "X-Wing expands a seed");
    });
    return XWingPublicKey{out};
}

std::optional<XWingEncapsulated> xwing_encapsulate(const XWingPublicKey& to, Random& random) {
    const auto seed = EncapsulationSeed::random(random);
    ByteArray<crypto_kem_xwing_CIPHERTEXTBYTES> ciphertext;
    bool usable = false;
    auto shared = XWingSharedSecret::made_by([&](MutableByteView out) {
        usable = crypto_kem_xwing_enc_deterministic(ciphertext.data(), out.data(), to.value().data(),
                                                    seed.expose_secret().data()) == 0;
    });
    if (!usable) return std::nullopt;
    return XWingEncapsulated{XWingCiphertext{ciphertext}, std::move(shared)};
}

std::optional<XWingSharedSecret> xwing_decapsulate(const XWingSeed& seed, const XWingCiphertext& ciphertext) {
    bool usable = false;
    auto shared = XWingSharedSecret::made_by([&](MutableByteView out) {
        usable = crypto_kem_xwing_dec(out.data(), ciphertext.value().data(), seed.expose_secret().data()) == 0;
    });
    if (!usable) return std::nullopt;
    return shared;
}

}  // namespace rogatory::crypto
