#pragma once

#include <string>
#include <string_view>

#include "crypto/age/failure.hpp"
#include "crypto/age/file_key.hpp"
#include "crypto/age/header.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/primitives/xwing.hpp"
#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

namespace rogatory::age {

// The post-quantum hybrid recipient of age 1.3: MLKEM768-X25519 (X-Wing, HPKE KEM 0x647a) in HPKE base mode with
// HKDF-SHA-256 and ChaCha20-Poly1305, info "age-encryption.org/mlkem768x25519". Every recipient of Rogatory is one.
inline constexpr std::string_view kHybridStanza = "mlkem768x25519";

// A public key, "age1pq1…": 1959 characters of Bech32. A value: compared, copied and kept freely.
class HybridRecipient {
public:
    // Accepts the lower-case form only (age accepts both cases; a statement must have one form). Errors:
    // invalid_input "age.recipient".
    [[nodiscard]] static Result<HybridRecipient> parse(std::string_view text);
    // From the raw 1216 bytes; the same error when the ML-KEM part is not in its canonical encoding (FIPS 203 §7.2) or
    // the X25519 part of low order: nothing can be sealed to such a key.
    [[nodiscard]] static Result<HybridRecipient> from_bytes(ByteView key);

    [[nodiscard]] std::string text() const;
    [[nodiscard]] ByteView bytes() const noexcept { return key_.value(); }

    // A stanza that wraps the file key to this recipient. Draws 64 bytes.
    [[nodiscard]] Stanza wrap(const FileKey& file_key, crypto::Random& random) const;

    friend bool operator==(const HybridRecipient&, const HybridRecipient&) = default;
    friend auto operator<=>(const HybridRecipient&, const HybridRecipient&) = default;

private:
    friend class HybridIdentity;
    explicit HybridRecipient(const crypto::XWingPublicKey& key) : key_{key} {}
    crypto::XWingPublicKey key_;
};

// A secret key, "AGE-SECRET-KEY-PQ-1…", kept as its 32-byte seed. Moved, never copied by accident.
class HybridIdentity {
public:
    [[nodiscard]] static HybridIdentity generate(crypto::Random& random);
    // A seed that a derivation of ours produced.
    [[nodiscard]] static HybridIdentity from_seed(crypto::XWingSeed seed);
    // Accepts the upper-case form only. Errors: invalid_input "age.identity".
    [[nodiscard]] static Result<HybridIdentity> parse(std::string_view text);

    // Said aloud, as for every secret.
    [[nodiscard]] HybridIdentity duplicate() const;
    [[nodiscard]] crypto::SecretText encode() const;
    [[nodiscard]] const HybridRecipient& recipient() const noexcept { return recipient_; }
    // The seed itself, for key derivation and secret sharing.
    [[nodiscard]] const crypto::XWingSeed& seed() const noexcept { return seed_; }

    // age: a stanza of another kind is no_match; one of this kind that is malformed is a header failure. X-Wing
    // rejects implicitly, so a stanza for somebody else's key is found out only by the AEAD: no_match.
    [[nodiscard]] Outcome<FileKey> unwrap(const Stanza& stanza) const;

private:
    explicit HybridIdentity(crypto::XWingSeed seed);
    crypto::XWingSeed seed_;
    HybridRecipient recipient_;
};

}  // namespace rogatory::age
