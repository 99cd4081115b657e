#pragma once

#include <cstddef>

#include "crypto/primitives/hmac.hpp"
#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"

// The keys of one age file, each a type of its own (c2sp.org/age, "File key", "Header MAC", "Payload").
namespace rogatory::age {

inline constexpr std::size_t kFileKeyBytes = 16;

// 128 random bits that each stanza of a file wraps. Never used for two files.
using FileKey = crypto::Secret<kFileKeyBytes, struct FileKeyTag>;
// For the chunks of one file.
using PayloadKey = crypto::Secret<32, struct PayloadKeyTag>;
// 16 random bytes in front of the chunks, fresh for each file.
using PayloadNonce = ByteArray<16>;

// HMAC-SHA-256 over the header up to and with "---", under HKDF-SHA-256(file key, salt empty, info = "header").
[[nodiscard]] crypto::Mac header_mac(const FileKey& file_key, ByteView header_before_mac);

// HKDF-SHA-256(file key, salt = nonce, info = "payload").
[[nodiscard]] PayloadKey payload_key(const FileKey& file_key, const PayloadNonce& nonce);

}  // namespace rogatory::age
