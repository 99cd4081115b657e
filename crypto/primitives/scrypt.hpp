#pragma once

#include <cstdint>

#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"

namespace rogatory::crypto {

// scrypt (RFC 7914) by libsodium. Cost N = 2^log_n; memory is 128 · N · r bytes. The caller bounds a cost that a
// stranger chose before it comes here.
struct ScryptCost {
    std::uint8_t log_n;  // 1 to 30
    std::uint32_t r;
    std::uint32_t p;
};

// Throws std::bad_alloc if the memory is not to be had.
void scrypt(ByteView password, ByteView salt, ScryptCost cost, MutableByteView out);

}  // namespace rogatory::crypto
