#pragma once

#include <string>
#include <string_view>

#include "crypto/age/failure.hpp"
#include "crypto/age/file_key.hpp"
#include "crypto/age/header.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/primitives/x25519.hpp"
#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

// The X25519 recipient type (c2sp.org/age, "The X25519 recipient type"): for `rogatory age`, never for Rogatory's own
// files, because a quantum attacker of the future reads it.
namespace rogatory::age {

inline constexpr std::string_view kX25519Stanza = "X25519";

// "age1…"
class X25519Recipient {
public:
    // Errors: invalid_input "age.recipient", for a point of low order too.
    [[nodiscard]] static Result<X25519Recipient> parse(std::string_view text);

    [[nodiscard]] std::string text() const;
    [[nodiscard]] Stanza wrap(const FileKey& file_key, crypto::Random& random) const;

    friend bool operator==(const X25519Recipient&, const X25519Recipient&) = default;

private:
    friend class X25519Identity;
    explicit X25519Recipient(const crypto::X25519PublicKey& key) : key_{key} {}
    crypto::X25519PublicKey key_;
};

// "AGE-SECRET-KEY-1…"
class X25519Identity {
public:
    [[nodiscard]] static X25519Identity generate(crypto::Random& random);
    // Errors: invalid_input "age.identity".
    [[nodiscard]] static Result<X25519Identity> parse(std::string_view text);

    [[nodiscard]] crypto::SecretText encode() const;
    [[nodiscard]] const X25519Recipient& recipient() const noexcept { return recipient_; }

    // no_match: another kind, or somebody else's. header: of this kind, but malformed.
    [[nodiscard]] Outcome<FileKey> unwrap(const Stanza& stanza) const;

private:
    explicit X25519Identity(crypto::X25519PrivateKey key);
    crypto::X25519PrivateKey key_;
    X25519Recipient recipient_;
};

}  // namespace rogatory::age
