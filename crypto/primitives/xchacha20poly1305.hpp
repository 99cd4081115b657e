#pragma once

#include <optional>

#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"

namespace rogatory::crypto {

// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) by libsodium: its 24-byte nonce may be drawn at random for every
// message under one key.
using XChaChaNonce = ByteArray<24>;
using XChaChaKey = Secret<32, struct XChaChaKeyTag>;

// ciphertext ‖ 16-byte tag.
[[nodiscard]] Bytes xchacha20poly1305_seal(const XChaChaKey& key, const XChaChaNonce& nonce, ByteView associated_data,
                                           ByteView plaintext);
// nullopt: not authentic.
[[nodiscard]] std::optional<SecretBytes> xchacha20poly1305_open(const XChaChaKey& key, const XChaChaNonce& nonce,
                                                                ByteView associated_data, ByteView sealed);

}  // namespace rogatory::crypto
