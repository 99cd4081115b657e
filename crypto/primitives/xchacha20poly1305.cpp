#include "crypto/primitives/xchacha20poly1305.hpp"

#include <sodium.h>

namespace rogatory::crypto {

static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == XChaChaKey::kBytes);
static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == std::tuple_size_v<XChaChaNonce>);
static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == 16);

Bytes xchacha20poly1305_seal(const XChaChaKey& key, const XChaChaNonce& nonce, ByteView associated_data,
                             ByteView plaintext) {
    Bytes out(plaintext.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES);
    ensure(crypto_aead_xchacha20poly1305_ietf_encrypt(out.data(), nullptr, plaintext.data(), plaintext.size(),
                                                      associated_data.data(), associated_data.size(), nullptr,
                                                      nonce.data(), key.expose_secret().data()) == 0,
           "XChaCha20-Poly1305 seals");
    return out;
}

std::optional<SecretBytes> xchacha20poly1305_open(const XChaChaKey& key, const XChaChaNonce& nonce,
                                                  ByteView associated_data, ByteView sealed) {
    if (sealed.size() < crypto_aead_xchacha20poly1305_ietf_ABYTES) return std::nullopt;
    SecretBytes out{sealed.size() - crypto_aead_xchacha20poly1305_ietf_ABYTES};
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out.expose_secret_mutable().data(), nullptr, nullptr, sealed.data(),
                                                   sealed.size(), associated_data.data(), associated_data.size(),
                                                   nonce.data(), key.expose_secret().data()) != 0) {
        return std::nullopt;
    }
    return out;
}

}  // namespace rogatory::crypto
