#pragma once

#include <cstdint>
#include <optional>

#include "platform/base/bytes.hpp"

namespace rogatory::webauthn {

// COSE algorithms that a passkey may have here: those every authenticator of today knows one of.
enum class Algorithm : std::int16_t { es256 = -7, eddsa = -8, es384 = -35, rs256 = -257 };

// A COSE_Key taken apart: what libfido2 wants of it.
struct PublicKey {
    Algorithm algorithm{};
    Bytes raw;   // x ‖ y, the Ed25519 key, or n ‖ e
    Bytes cose;  // as it came, for storing
};
// Exactly one of the four forms, and nothing behind it.
[[nodiscard]] std::optional<PublicKey> parse_public_key(ByteView cose);

// Web Authentication Level 3, §6.1.
struct AuthenticatorData {
    ByteArray<32> rp_id_sha256{};
    bool user_present = false;
    bool user_verified = false;
    bool backup_eligible = false;
    bool backed_up = false;
    std::uint32_t counter = 0;
    struct Attested {
        ByteArray<16> aaguid{};
        Bytes credential_id;
        PublicKey key;
    };
    std::optional<Attested> attested;
    bool hmac_secret = false;  // the extension that PRF is made of has an output
};

// Every byte accounted for: flags tell what follows, reserved flags are zero, and nothing stands behind. A credential
// with an algorithm that is none of ours is refused like any other thing that is not understood.
[[nodiscard]] std::optional<AuthenticatorData> parse_authenticator_data(ByteView bytes);

// §6.5.4: {"fmt", "attStmt", "authData"}, in CTAP2's canonical order.
struct AttestationObject {
    enum class Format { none, packed_self };
    Format format = Format::none;
    ByteView authenticator_data;  // into what was parsed
    Algorithm signed_with{};      // of packed_self
    ByteView signature;           // of packed_self
};
// We ask for no attestation, so that nobody learns which device somebody has: a browser then sends "none", or what a
// credential says of itself. Anything else is refused.
[[nodiscard]] std::optional<AttestationObject> parse_attestation_object(ByteView bytes);

}  // namespace rogatory::webauthn
