#pragma once

#include <optional>

#include "crypto/primitives/xwing.hpp"
#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"

namespace rogatory::crypto {

// HPKE (RFC 9180 §6.1) in base mode and single shot, with one suite and no negotiation: KEM X-Wing (0x647a,
// draft-ietf-hpke-pq), KDF HKDF-SHA-256 (0x0001), AEAD ChaCha20-Poly1305 (0x0003). This is the suite of age's
// mlkem768x25519 stanza.
struct HpkeSealed {
    XWingCiphertext encapsulated;
    Bytes ciphertext;  // with its 16-byte tag
};

// nullopt if the public key is malformed.
[[nodiscard]] std::optional<HpkeSealed> hpke_seal(const XWingPublicKey& to, ByteView info, ByteView associated_data,
                                                  ByteView plaintext, Random& random);
// nullopt if it was not sealed to this key with this info and associated data. All failures look alike.
[[nodiscard]] std::optional<SecretBytes> hpke_open(const XWingSeed& seed, const XWingCiphertext& encapsulated,
                                                   ByteView info, ByteView associated_data, ByteView ciphertext);

}  // namespace rogatory::crypto
