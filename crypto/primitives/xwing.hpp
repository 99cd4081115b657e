#pragma once

#include <optional>

#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/strong.hpp"

namespace rogatory::crypto {

// X-Wing (draft-connolly-cfrg-xwing-kem-10) by libsodium: ML-KEM-768 and X25519 in one KEM; secure while either is.
// The private key is the 32-byte seed itself.
using XWingSeed = Secret<32, struct XWingSeedTag>;
using XWingPublicKey = Strong<struct XWingPublicKeyTag, ByteArray<1216>>;
using XWingCiphertext = Strong<struct XWingCiphertextTag, ByteArray<1120>>;
using XWingSharedSecret = Secret<32, struct XWingSharedSecretTag>;

struct XWingEncapsulated {
    XWingCiphertext ciphertext;
    XWingSharedSecret shared_secret;
};

[[nodiscard]] XWingPublicKey xwing_public_key(const XWingSeed& seed);
// Draws 64 bytes. nullopt if the public key is malformed (an ML-KEM coefficient that is not reduced, FIPS 203 §7.2, or
// an X25519 key of low order).
[[nodiscard]] std::optional<XWingEncapsulated> xwing_encapsulate(const XWingPublicKey& to, Random& random);
// nullopt if the X25519 share is of low order. A wrong but well-formed ciphertext gives a secret nobody knows
// (implicit rejection, FIPS 203 §6.3): the AEAD above it notices.
[[nodiscard]] std::optional<XWingSharedSecret> xwing_decapsulate(const XWingSeed& seed,
                                                                 const XWingCiphertext& ciphertext);

}  // namespace rogatory::crypto
