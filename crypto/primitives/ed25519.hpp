#pragma once

#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/strong.hpp"

namespace rogatory::crypto {

// Ed25519 (RFC 8032 §5.1) by libsodium, at every end: verifiers disagree on edge cases, and two ends that disagree
// about one signature disagree about a chain. libsodium refuses s ≥ L, A of small order or not canonical, R of small
// order, and verifies without the cofactor. crypto/sign.hpp is what the rest of the program uses.
using Ed25519Seed = Secret<32, struct Ed25519SeedTag>;
using Ed25519ExpandedKey = Secret<64, struct Ed25519ExpandedKeyTag>;  // seed ‖ public key
using Ed25519PublicKey = Strong<struct Ed25519PublicKeyTag, ByteArray<32>>;
using Ed25519Signature = Strong<struct Ed25519SignatureTag, ByteArray<64>>;

[[nodiscard]] Ed25519ExpandedKey ed25519_expand(const Ed25519Seed& seed);
[[nodiscard]] Ed25519PublicKey ed25519_public_key(const Ed25519ExpandedKey& key);
[[nodiscard]] Ed25519Signature ed25519_sign(const Ed25519ExpandedKey& key, ByteView message);
[[nodiscard]] bool ed25519_verify(const Ed25519PublicKey& key, ByteView message, const Ed25519Signature& signature);

}  // namespace rogatory::crypto
