#pragma once

#include <optional>

#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/strong.hpp"

namespace rogatory::crypto {

// X25519 (RFC 7748 §5) by libsodium.
using X25519PrivateKey = Secret<32, struct X25519PrivateKeyTag>;
using X25519PublicKey = Strong<struct X25519PublicKeyTag, ByteArray<32>>;
using X25519SharedSecret = Secret<32, struct X25519SharedSecretTag>;

[[nodiscard]] X25519PublicKey x25519_public_key(const X25519PrivateKey& own);
// nullopt if the other key is of low order and the result all zero (RFC 7748 §6.1): such a result says nothing about
// our key and everybody knows it.
[[nodiscard]] std::optional<X25519SharedSecret> x25519(const X25519PrivateKey& own, const X25519PublicKey& other);

}  // namespace rogatory::crypto
