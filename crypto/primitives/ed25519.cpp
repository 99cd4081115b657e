#include "crypto/primitives/ed25519.hpp"

#include <sodium.h>

namespace rogatory::crypto {

static_assert(crypto_sign_ed25519_SEEDBYTES == Ed25519Seed::kBytes);
static_assert(crypto_sign_ed25519_SECRETKEYBYTES == Ed25519ExpandedKey::kBytes);
static_assert(crypto_sign_ed25519_PUBLICKEYBYTES == 32 && crypto_sign_ed25519_BYTES == 64);

Ed25519ExpandedKey ed25519_expand(const Ed25519Seed& seed) {
    return Ed25519ExpandedKey::made_by([&](MutableByteView out) {
        ByteArray<32> public_key;
        ensure(crypto_sign_ed25519_seed_keypair(public_key.data(), out.data(), seed.expose_secret().data()) == 0,
               "Ed25519 expands a seed");
    });
}

Ed25519PublicKey ed25519_public_key(const Ed25519ExpandedKey& key) {
    ByteArray<32> out;
    ensure(crypto_sign_ed25519_sk_to_pk(out.data(), key.expose_secret().data()) == 0,
           "an expanded key holds its public key");
    return Ed25519PublicKey{out};
}

// RFC 8032 §5.1.6. The public key inside the signature's hash is the one of the expanded key, never a caller's: signing
// one message under two public keys would give the private key away.
Ed25519Signature ed25519_sign(const Ed25519ExpandedKey& key, ByteView message) {
    ByteArray<64> out;
    ensure(crypto_sign_ed25519_detached(out.data(), nullptr, message.data(), message.size(),
                                        key.expose_secret().data()) == 0,
           "Ed25519 signs");
    return Ed25519Signature{out};
}

// RFC 8032 §5.1.7.
bool ed25519_verify(const Ed25519PublicKey& key, ByteView message, const Ed25519Signature& signature) {
    return crypto_sign_ed25519_verify_detached(signature.value().data(), message.data(), message.size(),
                                               key.value().data()) == 0;
}

}  // namespace rogatory::crypto
