#pragma once

#include <optional>
#include <string>

#include "crypto/age/hybrid.hpp"
#include "crypto/password.hpp"
#include "crypto/sign.hpp"
#include "platform/agent/unlock.hpp"
#include "platform/record/key_files.hpp"

// Internal to platform/agent: what an unlocked session is made of.
namespace rogatory::agent {

struct Unlocked::Secrets {
    Account account;
    std::uint64_t bundle_version = 0;          // the server's count, which If-Match is about; 0 without a bundle
    std::optional<record::UserBundle> bundle;  // absent for administrators and auditors
};

// 3 to 64 of a-z 0-9 . - _.
[[nodiscard]] bool is_user_name(std::string_view text);

// Signs the server's challenge; the session is in force at the server then, where there is one.
Result<ports::remote::SignInAnswer> answer_challenge(ports::Server& server, const Account& account,
                                                     ports::remote::SignInKey with, const crypto::SigningKey& key,
                                                     std::optional<std::string> totp);
// With a full session in force: what the account is, and its bundle opened with `identity`. Without one no bundle is
// opened.
Result<Unlocked> load_secrets(Environment& environment, Account account, const age::HybridIdentity* identity);

// The keys that a passphrase and an account key give.
struct PassphraseKeys {
    crypto::SigningKey sign_in;
    age::HybridIdentity unlock;
};
Result<PassphraseKeys> passphrase_keys(std::string_view passphrase, const crypto::AccountKey& account_key,
                                       const Account& account);

struct KitKeys {
    crypto::SigningKey sign_in;
    age::HybridIdentity identity;
};
[[nodiscard]] KitKeys kit_keys(const crypto::AccountKey& account_key, const crypto::KitSecret& kit_secret);

// What a kit's text says. invalid_input "kit.malformed" {line}.
struct ReadKit {
    KitFacts facts;
    crypto::AccountKey account_key;
    crypto::KitSecret kit_secret;
};
Result<ReadKit> parse_kit(std::string_view text);
[[nodiscard]] Kit write_kit(const Account& account, const crypto::AccountKey& account_key,
                            const crypto::KitSecret& kit_secret);

// The account key of this profile. not_found "account_key.missing".
Result<crypto::AccountKey> load_account_key(const ports::ProfileStore& profile);
// Beside it the public half of the kit's sign-in key: every write of the bundle names it.
Result<crypto::VerifyKey> load_kit_key(const ports::ProfileStore& profile);
Result<> save_account(ports::ProfileStore& profile, const Account& account, const crypto::AccountKey& account_key,
                      const crypto::VerifyKey& kit_key);

// The same for an account that the server may not know yet: what the profile had stays until adopt_pending_account.
Result<> save_pending_account(ports::ProfileStore& profile, const Account& account,
                              const crypto::AccountKey& account_key, const crypto::VerifyKey& kit_key);
// A service account has neither key on the device: its key file is kept elsewhere.
Result<> save_service_account(ports::ProfileStore& profile, const Account& account);
Result<> save_pending_service_account(ports::ProfileStore& profile, const Account& account);
Result<> adopt_pending_account(ports::ProfileStore& profile);

// Opens a stored bundle with one identity: stanzas, parse, that this identity is one of the recipients it names and
// that it has no other, and that its version did not go back behind what this device has seen.
Result<record::UserBundle> open_bundle(ports::ProfileStore& profile, const age::HybridIdentity& identity,
                                       const ports::remote::StoredBundle& stored);

// Written here: an older one will not be taken again. (What is opened is remembered by open_bundle.)
Result<> remember_version(ports::ProfileStore& profile, std::uint64_t version);

// Encrypts to exactly the recipients that the bundle itself names.
[[nodiscard]] Bytes seal_bundle(const record::UserBundle& bundle);

// The one request that writes the bundle, signed by an old key over a fresh challenge and the whole.
struct CredentialWrite {
    const Account& account;
    std::uint64_t expected_version;
    const Bytes& sealed;
    const crypto::VerifyKey& sign_in_key;
    const crypto::VerifyKey& kit_key;
    ports::remote::SignInKey signed_with;
    const crypto::SigningKey& signer;
    Bytes totp_secret = {};  // of a new second factor, and
    std::string totp = {};   // its first code
};
Result<> write_credentials(ports::Server& server, const CredentialWrite& write);

// Writes a changed bundle (new keys of a membership, say) under credentials that stay as they are.
Result<> rewrite_bundle(Environment& environment, Unlocked& unlocked, std::string_view passphrase,
                        record::UserBundle changed);

}  // namespace rogatory::agent
