#pragma once

#include <cstdint>

#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"

namespace rogatory::crypto {

// Argon2id version 1.3 (RFC 9106) by libsodium, one lane (p = 1).
struct Argon2idCost {
    std::uint32_t memory_kib;  // m, at least 8
    std::uint32_t passes;      // t, at least 1
};
using Argon2idSalt = ByteArray<16>;

// Fills `out` (16 bytes or more). Throws std::bad_alloc if the memory is not to be had.
void argon2id(ByteView password, const Argon2idSalt& salt, Argon2idCost cost, MutableByteView out);

}  // namespace rogatory::crypto
