// SHA-256 by libsodium, for rogatory-verify: one library less in a program that is linked statically, at a fifth of the
// speed.
#include "crypto/primitives/sha256.hpp"

#include <sodium.h>

#include "platform/base/ensure.hpp"

// What the header keeps a pointer to; OpenSSL's own is not in this program.
struct evp_md_ctx_st {
    crypto_hash_sha256_state state;
};

namespace rogatory::crypto {

static_assert(crypto_hash_sha256_BYTES == 32);

void Sha256::Free::operator()(evp_md_ctx_st* context) const noexcept { delete context; }

Sha256::Sha256() : context_{new evp_md_ctx_st} {
    ensure(crypto_hash_sha256_init(&context_->state) == 0, "SHA-256 starts");
}

Sha256& Sha256::update(ByteView more) {
    ensure(crypto_hash_sha256_update(&context_->state, more.data(), more.size()) == 0, "SHA-256 takes input");
    return *this;
}

Digest Sha256::finish() {
    ByteArray<32> out;
    ensure(crypto_hash_sha256_final(&context_->state, out.data()) == 0, "SHA-256 ends");
    ensure(crypto_hash_sha256_init(&context_->state) == 0, "SHA-256 starts anew");
    return Digest{out};
}

Digest sha256(ByteView message) { return sha256({message}); }

Digest sha256(std::initializer_list<ByteView> parts) {
    Sha256 hasher;
    for (const auto part : parts) hasher.update(part);
    return hasher.finish();
}

}  // namespace rogatory::crypto
