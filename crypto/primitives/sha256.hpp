#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>

#include "crypto/primitives/library.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/strong.hpp"

struct evp_md_ctx_st;

namespace rogatory::crypto {

// SHA-256 (FIPS 180-4) by OpenSSL: bulk hashing is five times faster here than libsodium's.
// A digest is public and compares as an ordinary value; MACs are hmac.hpp's.
using Digest = Strong<struct DigestTag, ByteArray<32>>;

[[nodiscard]] Digest sha256(ByteView message);
// Over the parts one after the other, nothing between them.
[[nodiscard]] Digest sha256(std::initializer_list<ByteView> parts);

// Incremental. Not copyable; finish() returns the digest and starts anew, so a loop allocates nothing.
class Sha256 {
public:
    Sha256();
    Sha256& update(ByteView more);
    [[nodiscard]] Digest finish();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const noexcept;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// For unordered containers. The digest is uniform, so eight bytes of it will do; keys a stranger chooses by search
// can collide in them, so bound what a stranger may insert.
struct DigestHash {
    [[nodiscard]] std::size_t operator()(const Digest& digest) const noexcept {
        std::uint64_t first;
        std::memcpy(&first, digest.value().data(), sizeof first);
        return first;
    }
};

}  // namespace rogatory::crypto
