#include "crypto/primitives/chacha20poly1305.hpp"

#include <openssl/evp.h>

#include <climits>

namespace rogatory::crypto {

namespace {

const EVP_CIPHER* implementation() {
    static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr);
    ensure(fetched != nullptr, "OpenSSL provides ChaCha20-Poly1305");
    return fetched;
}

// EVP counts in int. Larger single messages are no use of ours: documents are sealed in 64 KiB chunks.
int as_int(std::size_t bytes) {
    ensure(bytes <= INT_MAX - kAeadTagBytes, "one message is below 2 GiB");
    return static_cast<int>(bytes);
}

}  // namespace

void ChaCha20Poly1305::Free::operator()(evp_cipher_ctx_st* context) const noexcept {
    EVP_CIPHER_CTX_free(context);  // cleanses the key schedule
}

ChaCha20Poly1305::ChaCha20Poly1305(std::span<const std::uint8_t, 32> key)
    : sealing_{EVP_CIPHER_CTX_new()}, opening_{EVP_CIPHER_CTX_new()} {
    ensure(sealing_ != nullptr && opening_ != nullptr &&
               EVP_EncryptInit_ex2(sealing_.get(), implementation(), key.data(), nullptr, nullptr) == 1 &&
               EVP_DecryptInit_ex2(opening_.get(), implementation(), key.data(), nullptr, nullptr) == 1,
           "ChaCha20-Poly1305 takes a key");
}

void ChaCha20Poly1305::seal(const ChaChaNonce& nonce, ByteView associated_data, ByteView plaintext,
                            MutableByteView out) {
    ensure(out.size() == plaintext.size() + kAeadTagBytes, "there is room for the tag");
    auto* const context = sealing_.get();
    int written = 0;
    bool done = EVP_EncryptInit_ex2(context, nullptr, nullptr, nonce.data(), nullptr) == 1;
    // EVP reads a null output as "associated data", so an empty part is left out instead of passed.
    if (!associated_data.empty()) {
        done = done && EVP_EncryptUpdate(context, nullptr, &written, associated_data.data(),
                                         as_int(associated_data.size())) == 1;
    }
    if (!plaintext.empty()) {
        done =
            done && EVP_EncryptUpdate(context, out.data(), &written, plaintext.data(), as_int(plaintext.size())) == 1;
    }
    done = done && EVP_EncryptFinal_ex(context, out.data() + plaintext.size(), &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kAeadTagBytes, out.data() + plaintext.size()) == 1;
    ensure(done, "ChaCha20-Poly1305 seals");
}

bool ChaCha20Poly1305::open(const ChaChaNonce& nonce, ByteView associated_data, ByteView sealed, MutableByteView out) {
    if (sealed.size() < kAeadTagBytes) return false;
    const auto ciphertext = sealed.first(sealed.size() - kAeadTagBytes);
    ensure(out.size() == ciphertext.size(), "the plaintext is as long as the ciphertext");
    // Copied first: EVP wants it mutable, and `out` may lie over it.
    ByteArray<kAeadTagBytes> tag;
    std::copy_n(sealed.end() - kAeadTagBytes, kAeadTagBytes, tag.begin());

    auto* const context = opening_.get();
    int written = 0;
    ByteArray<kAeadTagBytes> unused;
    bool authentic = EVP_DecryptInit_ex2(context, nullptr, nullptr, nonce.data(), nullptr) == 1 &&
                     EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kAeadTagBytes, tag.data()) == 1;
    if (!associated_data.empty()) {
        authentic = authentic && EVP_DecryptUpdate(context, nullptr, &written, associated_data.data(),
                                                   as_int(associated_data.size())) == 1;
    }
    if (!ciphertext.empty()) {
        authentic = authentic &&
                    EVP_DecryptUpdate(context, out.data(), &written, ciphertext.data(), as_int(ciphertext.size())) == 1;
    }
    authentic = authentic && EVP_DecryptFinal_ex(context, unused.data(), &written) == 1;
    if (!authentic) wipe(out);
    return authentic;
}

}  // namespace rogatory::crypto
