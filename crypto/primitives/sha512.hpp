#pragma once

#include "crypto/primitives/library.hpp"
#include "platform/base/bytes.hpp"

namespace rogatory::crypto {

// SHA-512 (FIPS 180-4) by libsodium: what OpenSSH hashes a file with before it signs.
[[nodiscard]] ByteArray<64> sha512(ByteView message);

}  // namespace rogatory::crypto
