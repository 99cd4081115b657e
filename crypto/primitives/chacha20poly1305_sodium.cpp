// ChaCha20-Poly1305 by libsodium, for rogatory-verify, as sha256_sodium.cpp.
#include "crypto/primitives/chacha20poly1305.hpp"

#include <sodium.h>

#include <algorithm>

// What the header keeps a pointer to; OpenSSL's own is not in this program.
struct evp_cipher_ctx_st {
    rogatory::crypto::Secret<32, struct ChaChaKeyTag> key;
};

namespace rogatory::crypto {

static_assert(crypto_aead_chacha20poly1305_ietf_KEYBYTES == 32 && crypto_aead_chacha20poly1305_ietf_NPUBBYTES == 12);
static_assert(crypto_aead_chacha20poly1305_ietf_ABYTES == kAeadTagBytes);

void ChaCha20Poly1305::Free::operator()(evp_cipher_ctx_st* context) const noexcept { delete context; }

ChaCha20Poly1305::ChaCha20Poly1305(std::span<const std::uint8_t, 32> key)
    : sealing_{new evp_cipher_ctx_st{
          Secret<32, ChaChaKeyTag>::made_by([&](MutableByteView out) { std::ranges::copy(key, out.begin()); })}},
      opening_{} {}

void ChaCha20Poly1305::seal(const ChaChaNonce& nonce, ByteView associated_data, ByteView plaintext,
                            MutableByteView out) {
    ensure(out.size() == plaintext.size() + kAeadTagBytes, "there is room for the tag");
    ensure(crypto_aead_chacha20poly1305_ietf_encrypt(out.data(), nullptr, plaintext.data(), plaintext.size(),
                                                     associated_data.data(), associated_data.size(), nullptr,
                                                     nonce.data(), sealing_->key.expose_secret().data()) == 0,
           "ChaCha20-Poly1305 seals");
}

bool ChaCha20Poly1305::open(const ChaChaNonce& nonce, ByteView associated_data, ByteView sealed, MutableByteView out) {
    if (sealed.size() < kAeadTagBytes) return false;
    ensure(out.size() == sealed.size() - kAeadTagBytes, "the plaintext is as long as the ciphertext");
    const bool authentic = crypto_aead_chacha20poly1305_ietf_decrypt(
                               out.data(), nullptr, nullptr, sealed.data(), sealed.size(), associated_data.data(),
                               associated_data.size(), nonce.data(), sealing_->key.expose_secret().data()) == 0;
    if (!authentic) wipe(out);
    return authentic;
}

}  // namespace rogatory::crypto
