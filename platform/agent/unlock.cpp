#include "platform/agent/unlock.hpp"

#include <charconv>

#include "crypto/age/file.hpp"
#include "platform/agent/secrets.hpp"
#include "platform/agent/totp_text.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kSecretTitle = "rogatory/v1/unlocked";

tl::unexpected<Error> damaged() { return fail(ErrorCode::invalid_input, "unlocked.damaged"); }

// Takes "name: value\n" off the front.
bool take_line(std::string_view& text, std::string_view name, std::string_view& value) {
    if (!text.starts_with(name)) return false;
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return false;
    value = text.substr(name.size(), end - name.size());
    text.remove_prefix(end + 1);
    return true;
}

std::string_view text_of(ports::remote::AccountKind kind) {
    switch (kind) {
        case ports::remote::AccountKind::member:
            return "member";
        case ports::remote::AccountKind::administrator:
            return "administrator";
        case ports::remote::AccountKind::auditor:
            return "auditor";
        case ports::remote::AccountKind::service:
            return "service";
    }
    ensure(false, "every kind of account has a name");
    return {};
}

const crypto::VerifyKey& kit_key_of(const KitKeys& keys) { return keys.sign_in.verify_key(); }

void set_recipient(record::UserBundle& bundle, record::UserBundle::RecipientUse use,
                   const age::HybridRecipient& recipient) {
    for (auto& row : bundle.recipients) {
        if (row.use == use) {
            row.recipient = recipient;
            return;
        }
    }
    ensure(false, "a bundle names its unlock and its kit recipient");
}

}  // namespace

Unlocked::Unlocked(std::unique_ptr<Secrets> secrets) noexcept : secrets_{std::move(secrets)} {}
Unlocked::Unlocked(Unlocked&&) noexcept = default;
Unlocked& Unlocked::operator=(Unlocked&&) noexcept = default;
Unlocked::~Unlocked() = default;

Bytes Unlocked::to_secret() const {
    crypto::SecretText text;
    const auto line = [&text](std::string_view name, std::string_view value) {
        text.append(name);
        text.append(value);
        text.append("\n");
    };
    line(kSecretTitle, {});
    line("server: ", secrets_->account.server);
    line("user: ", secrets_->account.user_name);
    line("kind: ", secrets_->account.kind);
    line("language: ", secrets_->account.language);
    line("version: ", std::to_string(secrets_->bundle_version));
    if (secrets_->bundle) text.append(secrets_->bundle->encode().expose_secret());
    return to_bytes(text.expose_secret_bytes());
}

Result<Unlocked> Unlocked::from_secret(ByteView bytes) {
    auto text = as_text(bytes);
    std::string_view title;
    std::string_view server;
    std::string_view user_name;
    std::string_view kind;
    std::string_view language;
    std::string_view version;
    if (!take_line(text, kSecretTitle, title) || !title.empty() || !take_line(text, "server: ", server) ||
        !take_line(text, "user: ", user_name) || !take_line(text, "kind: ", kind) ||
        !take_line(text, "language: ", language) || !take_line(text, "version: ", version)) {
        return damaged();
    }
    auto secrets = std::make_unique<Secrets>();
    secrets->account = {std::string{server}, std::string{user_name}, std::string{kind}, std::string{language}};
    const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), secrets->bundle_version);
    if (error != std::errc{} || end != version.data() + version.size()) return damaged();
    if (!text.empty()) {
        ROGATORY_TRY(secrets->bundle, record::UserBundle::parse(as_bytes(text)));
    }
    return Unlocked{std::move(secrets)};
}

Result<ports::remote::SignInAnswer> answer_challenge(ports::Server& server, const Account& account,
                                                     ports::remote::SignInKey with, const crypto::SigningKey& key,
                                                     std::optional<std::string> totp) {
    ROGATORY_TRY(const auto challenge, server.challenge(account.user_name));
    // The text is built from this client's own notion of origin and name: the server supplies the challenge alone.
    const auto signature =
        key.sign(crypto::sign_in_text(account.server, account.user_name, challenge.challenge)).value();
    return server.sign_in({account.user_name, challenge.challenge, with, signature, std::move(totp)});
}

Result<Unlocked> load_secrets(Environment& environment, Account account, const age::HybridIdentity* identity) {
    using Kind = ports::remote::AccountKind;
    ROGATORY_TRY(const auto me, environment.server.me());
    auto secrets = std::make_unique<Unlocked::Secrets>();
    account.kind = text_of(me.kind);
    secrets->account = std::move(account);
    if (identity != nullptr && (me.kind == Kind::member || me.kind == Kind::service)) {
        ROGATORY_TRY(const auto stored, environment.server.bundle());
        ROGATORY_TRY(secrets->bundle, open_bundle(environment.profile, *identity, stored));
        const bool has_kit = secrets->bundle->recipients.size() > 1;
        if (has_kit != (me.kind == Kind::member)) return fail(ErrorCode::integrity, "bundle.malformed");
        secrets->bundle_version = stored.version;
    }
    return Unlocked{std::move(secrets)};
}

Result<Unlocked> sign_in(Environment& environment, const SignInOrder& order) {
    ROGATORY_TRY(const auto known, account_of(environment.profile));
    Account account = known.value_or(Account{order.server, order.user_name, "member", "en"});
    if (!order.user_name.empty() && order.user_name != account.user_name) {
        return fail(Error{ErrorCode::invalid_input, "profile.another_account"}.with("user", account.user_name));
    }
    std::optional<crypto::AccountKey> account_key;
    std::optional<crypto::VerifyKey> kit_key;
    if (!order.kit.empty()) {
        // A new device: the kit brings the account key; passphrase and second factor are asked for all the same.
        ROGATORY_TRY(auto kit, parse_kit(order.kit));
        if (known && (kit.facts.server != known->server || kit.facts.user_name != known->user_name)) {
            return fail(Error{ErrorCode::invalid_input, "profile.another_account"}.with("user", known->user_name));
        }
        account.server = kit.facts.server;
        account.user_name = kit.facts.user_name;
        kit_key = kit_keys(kit.account_key, kit.kit_secret).sign_in.verify_key();
        account_key = std::move(kit.account_key);
    } else {
        ROGATORY_TRY(account_key, load_account_key(environment.profile));
        ROGATORY_TRY(kit_key, load_kit_key(environment.profile));
    }
    ROGATORY_TRY(const auto keys, passphrase_keys(order.passphrase, *account_key, account));
    ROGATORY_TRY(const auto answer, answer_challenge(environment.server, account, ports::remote::SignInKey::sign_in,
                                                     keys.sign_in, order.totp));
    if (!answer.session) return fail(ErrorCode::unauthenticated, "sign_in.refused");
    ROGATORY_TRY(auto unlocked, load_secrets(environment, account, &keys.unlock));
    ROGATORY_TRY_VOID(save_account(environment.profile, unlocked.secrets().account, *account_key, *kit_key));
    return unlocked;
}

Result<> write_credentials(ports::Server& server, const CredentialWrite& write) {
    ROGATORY_TRY(const auto challenge, server.challenge(write.account.user_name));
    const auto text = crypto::credential_change_text(
        write.account.server, write.account.user_name, challenge.challenge,
        {write.expected_version, write.sealed, write.sign_in_key, write.kit_key, write.totp_secret});
    return server.replace_bundle({write.expected_version, write.sealed, write.sign_in_key.bytes(),
                                  write.kit_key.bytes(), challenge.challenge, write.signed_with,
                                  write.signer.sign(text).value(), write.totp_secret, write.totp});
}

namespace {

// Of an administrator or an auditor: none.
Result<std::optional<ports::remote::StoredBundle>> bundle_if_any(ports::Server& server) {
    auto stored = server.bundle();
    if (stored) return std::optional{*std::move(stored)};
    if (stored.error().code() == ErrorCode::not_found) return std::optional<ports::remote::StoredBundle>{};
    return fail(std::move(stored).error());
}

}  // namespace

Result<KitSignIn> sign_in_with_kit(Environment& environment, const KitSignInOrder& order,
                                   const std::function<Result<>(const Kit&)>& keep_kit) {
    ROGATORY_TRY(const auto kit, parse_kit(order.kit));
    Account account{kit.facts.server, kit.facts.user_name, "member", "en"};
    ROGATORY_TRY(const auto known, account_of(environment.profile));
    if (known && (known->server != account.server || known->user_name != account.user_name)) {
        return fail(Error{ErrorCode::invalid_input, "profile.another_account"}.with("user", known->user_name));
    }
    if (known) account.language = known->language;
    ROGATORY_TRY_VOID(check_passphrase(order.new_passphrase, account.user_name));

    const auto old_kit = kit_keys(kit.account_key, kit.kit_secret);
    ROGATORY_TRY(const auto answer, answer_challenge(environment.server, account, ports::remote::SignInKey::kit,
                                                     old_kit.sign_in, order.totp));
    KitSignIn outcome;
    if (!answer.session) {
        outcome.available_at = answer.available_at;
        return outcome;
    }
    ROGATORY_TRY(const auto stored, bundle_if_any(environment.server));
    std::optional<record::UserBundle> bundle;
    if (stored) {
        ROGATORY_TRY(bundle, open_bundle(environment.profile, old_kit.identity, *stored));
    }

    // Everything that opens the account is new: the account key has stood on paper that was carried about.
    auto& random = crypto::system_random();
    const auto account_key = crypto::AccountKey::random(random);
    const auto kit_secret = crypto::KitSecret::random(random);
    const auto new_kit = kit_keys(account_key, kit_secret);
    ROGATORY_TRY(const auto keys, passphrase_keys(order.new_passphrase, account_key, account));
    using Use = record::UserBundle::RecipientUse;
    Bytes totp_secret;
    std::string totp;
    if (!order.totp && order.second_factor) {
        totp_secret = to_bytes(random.bytes<20>());
        ROGATORY_TRY(totp, order.second_factor(totp_setup(account, totp_secret)));
    }
    Bytes sealed;
    if (bundle) {
        set_recipient(*bundle, Use::unlock, keys.unlock.recipient());
        set_recipient(*bundle, Use::kit, new_kit.identity.recipient());
        // A passkey that is lost opens nothing any more, here as on the server.
        if (!totp_secret.empty())
            std::erase_if(bundle->recipients, [](const auto& row) { return row.use == Use::passkey; });
        ++bundle->version;
        sealed = seal_bundle(*bundle);
    }
    auto written = write_kit(account, account_key, kit_secret);
    ROGATORY_TRY_VOID(keep_kit(written));
    ROGATORY_TRY_VOID(write_credentials(
        environment.server, {account, stored ? stored->version : 0, sealed, keys.sign_in.verify_key(),
                             kit_key_of(new_kit), ports::remote::SignInKey::kit, old_kit.sign_in, totp_secret, totp}));
    if (bundle) ROGATORY_TRY_VOID(remember_version(environment.profile, bundle->version));
    ROGATORY_TRY_VOID(save_account(environment.profile, account, account_key, kit_key_of(new_kit)));
    outcome.kit = std::move(written);
    // A code of the second factor is good once: the caller signs in with the next one.
    return outcome;
}

Result<> check_kit(Environment& environment, const Unlocked& unlocked, std::string_view text) {
    ROGATORY_TRY(const auto kit, parse_kit(text));
    const auto& account = unlocked.secrets().account;
    if (kit.facts.server != account.server || kit.facts.user_name != account.user_name) {
        return fail(Error{ErrorCode::invalid_input, "kit.another_account"}.with("user", kit.facts.user_name));
    }
    const auto keys = kit_keys(kit.account_key, kit.kit_secret);
    if (!unlocked.secrets().bundle) {
        // Of an administrator or an auditor: held against the keys that opened the account here.
        ROGATORY_TRY(const auto account_key, load_account_key(environment.profile));
        ROGATORY_TRY(const auto kit_key, load_kit_key(environment.profile));
        const bool same = kit.account_key == account_key && keys.sign_in.verify_key() == kit_key;
        return same ? Result<>{} : fail(ErrorCode::invalid_input, "kit.not_current");
    }
    ROGATORY_TRY(const auto stored, environment.server.bundle());
    if (auto opened = open_bundle(environment.profile, keys.identity, stored); !opened) {
        return fail(ErrorCode::invalid_input, "kit.not_current", opened.error().key());
    }
    return {};
}

Result<> change_passphrase(Environment& environment, Unlocked& unlocked, std::string_view old_passphrase,
                           std::string_view new_passphrase) {
    auto& secrets = unlocked.secrets();
    ROGATORY_TRY_VOID(check_passphrase(new_passphrase, secrets.account.user_name));
    ROGATORY_TRY(const auto account_key, load_account_key(environment.profile));
    ROGATORY_TRY(const auto kit_key, load_kit_key(environment.profile));
    ROGATORY_TRY(const auto old_keys, passphrase_keys(old_passphrase, account_key, secrets.account));
    ROGATORY_TRY(const auto new_keys, passphrase_keys(new_passphrase, account_key, secrets.account));
    Bytes sealed;
    std::optional<record::UserBundle> changed;
    if (secrets.bundle) {
        // From the server and opened again: another device may have written since.
        ROGATORY_TRY(const auto stored, environment.server.bundle());
        ROGATORY_TRY(changed, open_bundle(environment.profile, old_keys.unlock, stored));
        secrets.bundle_version = stored.version;
        set_recipient(*changed, record::UserBundle::RecipientUse::unlock, new_keys.unlock.recipient());
        ++changed->version;
        sealed = seal_bundle(*changed);
    }
    ROGATORY_TRY_VOID(write_credentials(
        environment.server, {secrets.account, secrets.bundle_version, sealed, new_keys.sign_in.verify_key(), kit_key,
                             ports::remote::SignInKey::sign_in, old_keys.sign_in}));
    if (changed) {
        ROGATORY_TRY_VOID(remember_version(environment.profile, changed->version));
        secrets.bundle = std::move(changed);
    }
    ++secrets.bundle_version;
    return {};
}

Result<> make_new_kit(Environment& environment, Unlocked& unlocked, std::string_view passphrase,
                      const std::function<Result<>(const Kit&)>& keep_kit) {
    auto& secrets = unlocked.secrets();
    ROGATORY_TRY(const auto old_account_key, load_account_key(environment.profile));
    ROGATORY_TRY(const auto old_keys, passphrase_keys(passphrase, old_account_key, secrets.account));
    auto& random = crypto::system_random();
    const auto account_key = crypto::AccountKey::random(random);
    const auto kit_secret = crypto::KitSecret::random(random);
    const auto new_kit = kit_keys(account_key, kit_secret);
    ROGATORY_TRY(const auto new_keys, passphrase_keys(passphrase, account_key, secrets.account));
    Bytes sealed;
    std::optional<record::UserBundle> changed;
    if (secrets.bundle) {
        ROGATORY_TRY(const auto stored, environment.server.bundle());
        ROGATORY_TRY(changed, open_bundle(environment.profile, old_keys.unlock, stored));
        secrets.bundle_version = stored.version;
        set_recipient(*changed, record::UserBundle::RecipientUse::unlock, new_keys.unlock.recipient());
        set_recipient(*changed, record::UserBundle::RecipientUse::kit, new_kit.identity.recipient());
        ++changed->version;
        sealed = seal_bundle(*changed);
    }
    ROGATORY_TRY_VOID(keep_kit(write_kit(secrets.account, account_key, kit_secret)));
    ROGATORY_TRY_VOID(write_credentials(environment.server,
                                        {secrets.account, secrets.bundle_version, sealed, new_keys.sign_in.verify_key(),
                                         kit_key_of(new_kit), ports::remote::SignInKey::sign_in, old_keys.sign_in}));
    if (changed) {
        ROGATORY_TRY_VOID(remember_version(environment.profile, changed->version));
        secrets.bundle = std::move(changed);
    }
    ++secrets.bundle_version;
    return save_account(environment.profile, secrets.account, account_key, kit_key_of(new_kit));
}

Result<> rewrite_bundle(Environment& environment, Unlocked& unlocked, std::string_view passphrase,
                        record::UserBundle changed) {
    auto& secrets = unlocked.secrets();
    ensure(secrets.bundle.has_value(), "only members have bundles");
    ROGATORY_TRY(const auto account_key, load_account_key(environment.profile));
    ROGATORY_TRY(const auto keys, passphrase_keys(passphrase, account_key, secrets.account));
    ROGATORY_TRY(const auto kit_key, load_kit_key(environment.profile));
    changed.version = secrets.bundle->version + 1;
    const auto sealed = seal_bundle(changed);
    ROGATORY_TRY_VOID(write_credentials(
        environment.server, {secrets.account, secrets.bundle_version, sealed, keys.sign_in.verify_key(), kit_key,
                             ports::remote::SignInKey::sign_in, keys.sign_in}));
    ROGATORY_TRY_VOID(remember_version(environment.profile, changed.version));
    secrets.bundle = std::move(changed);
    ++secrets.bundle_version;
    return {};
}

}  // namespace rogatory::agent
