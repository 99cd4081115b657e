#pragma once

#include <memory>

#include "crypto/primitives/library.hpp"
#include "platform/base/bytes.hpp"

struct evp_md_ctx_st;

namespace rogatory::crypto {

// SHA-1 (RFC 3174), because tus 1.0 says that a server "MUST support at least the SHA1 checksum algorithm". It finds
// damage on the way, inside TLS, of bytes that are authenticated by other means; nothing may be believed for its sake.
class Sha1ForDamage {
public:
    Sha1ForDamage();
    Sha1ForDamage& update(ByteView more);
    [[nodiscard]] ByteArray<20> finish();  // and starts anew

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const noexcept;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace rogatory::crypto
