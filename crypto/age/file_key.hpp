#pragma once

#include <cstddef>

#include "crypto/primitives/random.hpp"
#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"

// The keys of one age file, each a type of its own (c2sp.org/age, "File key", "Header MAC", "Payload").
namespace rogatory::age {

inline constexpr std::size_t kFileKeyBytes = 16;
inline constexpr std::size_t kPayloadNonceBytes = 16;
inline constexpr std::size_t kPayloadKeyBytes = 32;

// 256 bits for the chunks of one file: HKDF-SHA-256(file key, salt = nonce, info = "payload").
class PayloadKey {
public:
    [[nodiscard]] ByteView expose_secret() const noexcept { return key_.expose_secret(); }

private:
    friend class FileKey;
    explicit PayloadKey(crypto::SecretBytes key) : key_{std::move(key)} {}
    crypto::SecretBytes key_;
};

// 128 random bits that each stanza of a file wraps. Never used for two files.
class FileKey {
public:
    [[nodiscard]] static FileKey generate(crypto::Random& random);
    // Exactly kFileKeyBytes (ensured).
    [[nodiscard]] static FileKey from_bytes(ByteView key);

    [[nodiscard]] ByteView expose_secret() const noexcept { return key_.expose_secret(); }

    // HMAC-SHA-256 over the header up to and with "---", under HKDF-SHA-256(file key, salt empty, info = "header").
    [[nodiscard]] ByteArray<32> header_mac(ByteView header_before_mac) const;
    [[nodiscard]] PayloadKey payload_key(const ByteArray<kPayloadNonceBytes>& nonce) const;

private:
    explicit FileKey(crypto::SecretBytes key) : key_{std::move(key)} {}
    crypto::SecretBytes key_;
};

}  // namespace rogatory::age
