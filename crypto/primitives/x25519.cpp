#include "crypto/primitives/x25519.hpp"

#include <sodium.h>

namespace rogatory::crypto {

static_assert(crypto_scalarmult_curve25519_SCALARBYTES == 32 && crypto_scalarmult_curve25519_BYTES == 32);

X25519PublicKey x25519_public_key(const X25519PrivateKey& own) {
    ByteArray<32> out;
    ensure(crypto_scalarmult_curve25519_base(out.data(), own.expose_secret().data()) == 0,
           "X25519 multiplies the base point");
    return X25519PublicKey{out};
}

std::optional<X25519SharedSecret> x25519(const X25519PrivateKey& own, const X25519PublicKey& other) {
    bool usable = false;
    auto shared = X25519SharedSecret::made_by([&](MutableByteView out) {
        usable = crypto_scalarmult_curve25519(out.data(), own.expose_secret().data(), other.value().data()) == 0;
    });
    if (!usable) return std::nullopt;
    return shared;
}

}  // namespace rogatory::crypto
