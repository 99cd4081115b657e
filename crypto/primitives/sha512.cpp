#include "crypto/primitives/sha512.hpp"

#include <sodium.h>

#include "platform/base/ensure.hpp"

namespace rogatory::crypto {

static_assert(crypto_hash_sha512_BYTES == 64);

ByteArray<64> sha512(ByteView message) {
    ByteArray<64> out;
    ensure(crypto_hash_sha512(out.data(), message.data(), message.size()) == 0, "SHA-512 hashes");
    return out;
}

}  // namespace rogatory::crypto
