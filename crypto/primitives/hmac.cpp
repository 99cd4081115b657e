#include "crypto/primitives/hmac.hpp"

#include <sodium.h>

namespace rogatory::crypto {

static_assert(crypto_auth_hmacsha256_BYTES == 32);

Mac hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key.data(), key.size());
    for (const auto part : parts) crypto_auth_hmacsha256_update(&state, part.data(), part.size());
    ByteArray<32> out;
    crypto_auth_hmacsha256_final(&state, out.data());
    sodium_memzero(&state, sizeof state);
    return Mac{out};
}

Mac hmac_sha256(ByteView key, ByteView message) { return hmac_sha256(key, {message}); }

}  // namespace rogatory::crypto
