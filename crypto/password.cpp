#include "crypto/password.hpp"

#include <algorithm>

#include "crypto/primitives/hkdf.hpp"
#include "crypto/primitives/hmac.hpp"

namespace rogatory::crypto {

namespace {

// Distinct infos: no key serves two purposes (protocol §8).
constexpr Label kSalt{"rogatory/v1/salt"};
constexpr Label kSignInKey{"rogatory/v1/sign-in-key"};
constexpr Label kUnlockIdentity{"rogatory/v1/unlock-identity"};
constexpr Label kKitSignInKey{"rogatory/v1/kit-sign-in-key"};
constexpr Label kKitIdentity{"rogatory/v1/kit-identity"};
constexpr Label kPrf{"rogatory/v1/prf"};

template <class Key>
Key derive(ByteView input, ByteView salt, Label info) {
    return hkdf_sha256<Key>(input, salt, as_bytes(info.text()));
}

bool stands_between_zeros(std::string_view text) { return !text.empty() && text.find('\0') == std::string_view::npos; }

// HMAC-SHA-256(account key, "rogatory/v1/salt" ‖ 0x00 ‖ origin ‖ 0x00 ‖ user name)[:16].
Argon2idSalt salt_of(const AccountKey& account_key, std::string_view origin, std::string_view user_name) {
    static constexpr ByteArray<1> kZero{0x00};
    const auto mac = hmac_sha256(account_key.expose_secret(),
                                 {as_bytes(kSalt.text()), kZero, as_bytes(origin), kZero, as_bytes(user_name)});
    Argon2idSalt salt;
    std::copy_n(mac.bytes().begin(), salt.size(), salt.begin());
    return salt;
}

}  // namespace

Result<PasswordSecrets> derive_password_secrets(const SecretText& passphrase, const AccountKey& account_key,
                                                std::string_view origin, std::string_view user_name) {
    if (!stands_between_zeros(origin) || !stands_between_zeros(user_name)) {
        return fail(ErrorCode::invalid_input, "password.name_malformed");
    }
    const auto salt = salt_of(account_key, origin, user_name);
    const auto root = Secret<32>::made_by(
        [&](MutableByteView out) { argon2id(passphrase.expose_secret_bytes(), salt, kPasswordCost, out); });
    // The account key enters twice on purpose: as the key of the salt, so that a stolen database has nothing to guess
    // passphrases against, and here, so that this holds even if Argon2id's output were to be known.
    return PasswordSecrets{
        SigningKey::from_seed(derive<Ed25519Seed>(root.expose_secret(), account_key.expose_secret(), kSignInKey)),
        derive<XWingSeed>(root.expose_secret(), account_key.expose_secret(), kUnlockIdentity)};
}

KitSecrets derive_kit_secrets(const AccountKey& account_key, const KitSecret& kit_secret) {
    return KitSecrets{SigningKey::from_seed(
                          derive<Ed25519Seed>(kit_secret.expose_secret(), account_key.expose_secret(), kKitSignInKey)),
                      derive<XWingSeed>(kit_secret.expose_secret(), account_key.expose_secret(), kKitIdentity)};
}

XWingSeed derive_prf_identity(const PrfOutput& output) { return derive<XWingSeed>(output.expose_secret(), {}, kPrf); }

Labelled sign_in_text(std::string_view origin, std::string_view user_name, ByteView challenge) {
    Labelled text{"rogatory/v1/sign-in"};
    text.variable(origin).variable(user_name).variable(challenge);
    return text;
}

Labelled credential_change_text(std::string_view origin, std::string_view user_name, ByteView challenge,
                                const CredentialChange& change) {
    Labelled whole{"rogatory/v1/credentials"};
    whole.number(change.expected_version)
        .variable(change.bundle)
        .fixed(change.sign_in_key.bytes())
        .fixed(change.kit_key.bytes());
    // Only where there is one: nothing else can end in a length and as many bytes.
    if (!change.totp_secret.empty()) whole.variable(change.totp_secret);
    Labelled text{"rogatory/v1/credential-change"};
    text.variable(origin).variable(user_name).variable(challenge).fixed(whole.sha256().value());
    return text;
}

}  // namespace rogatory::crypto
