#pragma once

#include <string_view>

#include "crypto/primitives/argon2id.hpp"
#include "crypto/primitives/xwing.hpp"
#include "crypto/secret.hpp"
#include "crypto/sign.hpp"
#include "platform/base/result.hpp"

// Protocol §7: what a person's secrets become. The client computes all of it; the server supplies no number that goes
// in, so it cannot weaken anything.
namespace rogatory::crypto {

// 128 random bits each. The account key lies on the device and in the printed kit and never leaves the client; the kit
// secret stands in the kit alone. encoding/crockford.hpp spells them.
using AccountKey = Secret<16, struct AccountKeyTag>;
using KitSecret = Secret<16, struct KitSecretTag>;
using PrfOutput = Secret<32, struct PrfOutputTag>;

// Exactly these, for everybody: a choice of parameters would be one for an attacker too.
inline constexpr Argon2idCost kPasswordCost{.memory_kib = 128 * 1024, .passes = 3};

struct PasswordSecrets {
    SigningKey sign_in_key;
    XWingSeed unlock_identity;
};

struct KitSecrets {
    SigningKey sign_in_key;
    XWingSeed identity;
};

// `passphrase` is in NFKC already (platform/agent has the Unicode tables). `origin` is the client's own notion of the
// server, as in its log's origin and its founding sheet, never something the server sent.
// Refuses an origin or user name that is empty or holds a zero byte: they stand between zero bytes in the salt.
// Takes 128 MiB and about a third of a second.
[[nodiscard]] Result<PasswordSecrets> derive_password_secrets(const SecretText& passphrase,
                                                              const AccountKey& account_key, std::string_view origin,
                                                              std::string_view user_name);

[[nodiscard]] KitSecrets derive_kit_secrets(const AccountKey& account_key, const KitSecret& kit_secret);

// The identity that a passkey with the PRF extension opens.
[[nodiscard]] XWingSeed derive_prf_identity(const PrfOutput& output);

// What a sign-in key signs to sign in. The challenge is the server's, everything else the client's.
[[nodiscard]] Labelled sign_in_text(std::string_view origin, std::string_view user_name, ByteView challenge);

// What the old sign-in (or kit) key signs to replace the user bundle and with it every credential: a challenge and the
// whole of the request.
struct CredentialChange {
    std::uint64_t expected_version;
    ByteView bundle;
    const VerifyKey& sign_in_key;
    const VerifyKey& kit_key;
    ByteView totp_secret{};  // of a new second factor, where the kit sets one
};
[[nodiscard]] Labelled credential_change_text(std::string_view origin, std::string_view user_name, ByteView challenge,
                                              const CredentialChange& change);

}  // namespace rogatory::crypto
