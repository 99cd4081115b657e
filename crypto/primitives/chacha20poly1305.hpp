#pragma once

#include <memory>
#include <optional>
#include <span>

#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"

struct evp_cipher_ctx_st;

namespace rogatory::crypto {

inline constexpr std::size_t kAeadTagBytes = 16;
using ChaChaNonce = ByteArray<12>;

// ChaCha20-Poly1305 (RFC 8439 §2.8) by OpenSSL, for bulk: the key is set once and the contexts are kept, so sealing
// or opening a chunk allocates nothing. One object serves one thread at a time.
//
// The caller never uses a nonce twice under one key.
class ChaCha20Poly1305 {
public:
    template <class Tag>
    explicit ChaCha20Poly1305(const Secret<32, Tag>& key) : ChaCha20Poly1305{key.expose_secret()} {}

    // out = ciphertext ‖ tag, out.size() == plaintext.size() + 16. In place is allowed (out starts where the
    // plaintext starts); other overlaps are not.
    void seal(const ChaChaNonce& nonce, ByteView associated_data, ByteView plaintext, MutableByteView out);

    // out.size() == sealed.size() - 16. In place as above. False: not authentic, or shorter than a tag; `out` has
    // then been wiped, so nothing unauthenticated can be used. All failures look alike.
    [[nodiscard]] bool open(const ChaChaNonce& nonce, ByteView associated_data, ByteView sealed, MutableByteView out);

private:
    explicit ChaCha20Poly1305(std::span<const std::uint8_t, 32> key);

    struct Free {
        void operator()(evp_cipher_ctx_st* context) const noexcept;
    };
    using Context = std::unique_ptr<evp_cipher_ctx_st, Free>;
    Context sealing_;
    Context opening_;
};

// One message, into fresh memory.
template <class Tag>
[[nodiscard]] Bytes chacha20poly1305_seal(const Secret<32, Tag>& key, const ChaChaNonce& nonce,
                                          ByteView associated_data, ByteView plaintext) {
    Bytes out(plaintext.size() + kAeadTagBytes);
    ChaCha20Poly1305{key}.seal(nonce, associated_data, plaintext, out);
    return out;
}

// nullopt: not authentic. The plaintext comes as a secret, because small messages mostly are keys.
template <class Tag>
[[nodiscard]] std::optional<SecretBytes> chacha20poly1305_open(const Secret<32, Tag>& key, const ChaChaNonce& nonce,
                                                               ByteView associated_data, ByteView sealed) {
    if (sealed.size() < kAeadTagBytes) return std::nullopt;
    SecretBytes out{sealed.size() - kAeadTagBytes};
    if (!ChaCha20Poly1305{key}.open(nonce, associated_data, sealed, out.expose_secret_mutable())) return std::nullopt;
    return out;
}

}  // namespace rogatory::crypto
