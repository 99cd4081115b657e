#pragma once

#include <compare>
#include <optional>

#include "crypto/labels.hpp"
#include "crypto/primitives/ed25519.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/base/bytes.hpp"

namespace rogatory::crypto {

using Signature = Ed25519Signature;
// nullopt unless there are 64 bytes.
[[nodiscard]] std::optional<Signature> signature_from(ByteView bytes);

// An Ed25519 public key. Any 32 bytes make one: a key that is no point of the curve verifies nothing, and refusing it
// here would be one more place for two implementations to differ.
class VerifyKey {
public:
    explicit VerifyKey(const ByteArray<32>& bytes) noexcept : key_{bytes} {}
    // nullopt unless there are 32 bytes.
    [[nodiscard]] static std::optional<VerifyKey> from(ByteView bytes);

    [[nodiscard]] const ByteArray<32>& bytes() const noexcept { return key_.value(); }
    // SHA-256 of the 32 bytes: how a statement names its author's key (protocol §2).
    [[nodiscard]] Digest digest() const { return sha256(key_.value()); }

    // Over raw bytes: for formats that separate domains by themselves (DSSE's pre-authentication encoding, notes).
    [[nodiscard]] bool verify(ByteView message, const Signature& signature) const;
    // Over one of our own texts, in its context.
    [[nodiscard]] bool verify(const Labelled& text, const Signature& signature) const {
        return verify(text.bytes(), signature);
    }

    friend auto operator<=>(const VerifyKey&, const VerifyKey&) = default;
    friend bool operator==(const VerifyKey&, const VerifyKey&) = default;

private:
    Ed25519PublicKey key_;
};

// An Ed25519 private key, made from its 32-byte seed (RFC 8032's private key), which is what is kept.
class SigningKey {
public:
    [[nodiscard]] static SigningKey from_seed(const Ed25519Seed& seed) { return SigningKey{ed25519_expand(seed)}; }
    [[nodiscard]] static SigningKey generate(Random& random) { return from_seed(Ed25519Seed::random(random)); }

    [[nodiscard]] const VerifyKey& verify_key() const noexcept { return verify_key_; }
    [[nodiscard]] Ed25519Seed seed() const;
    [[nodiscard]] Signature sign(ByteView message) const { return ed25519_sign(key_, message); }
    [[nodiscard]] Signature sign(const Labelled& text) const { return sign(text.bytes()); }

private:
    explicit SigningKey(Ed25519ExpandedKey&& key)
        : key_{std::move(key)}, verify_key_{ed25519_public_key(key_).value()} {}

    Ed25519ExpandedKey key_;
    VerifyKey verify_key_;
};

}  // namespace rogatory::crypto
