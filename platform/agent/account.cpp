#include <algorithm>

#include "crypto/encoding/canonical_json.hpp"
#include "crypto/encoding/crockford.hpp"
#include "crypto/encoding/hex.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/secrets.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kAccountFile = "account.json";
constexpr std::string_view kAccountKeyFile = "account-key";
constexpr std::string_view kKitKeyFile = "kit-key";

}  // namespace

bool is_user_name(std::string_view text) {
    return text.size() >= 3 && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
           });
}

Result<std::optional<Account>> account_of(const ports::ProfileStore& profile) {
    ROGATORY_TRY(const auto stored, profile.load(kAccountFile));
    if (!stored) return std::nullopt;
    const auto json = encoding::parse_canonical_json(as_text(*stored));
    const auto* fields = json ? json->object() : nullptr;
    const auto text = [&](std::string_view name) -> const std::string* {
        if (fields == nullptr) return nullptr;
        const auto found = fields->find(name);
        return found == fields->end() ? nullptr : found->second.string();
    };
    const auto* server = text("server");
    const auto* user_name = text("user_name");
    const auto* kind = text("kind");
    const auto* language = text("language");
    if (server == nullptr || user_name == nullptr || kind == nullptr || language == nullptr) {
        return fail(ErrorCode::invalid_input, "profile.damaged");
    }
    return Account{*server, *user_name, *kind, *language};
}

Result<crypto::AccountKey> load_account_key(const ports::ProfileStore& profile) {
    ROGATORY_TRY(auto stored, profile.load(kAccountKeyFile));
    if (!stored) return fail(ErrorCode::not_found, "account_key.missing");
    auto text = as_text(*stored);
    while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    auto key = encoding::code_decode<crypto::AccountKey>(text);
    crypto::wipe(*stored);
    if (!key) return fail(ErrorCode::invalid_input, "account_key.damaged");
    return *std::move(key);
}

Result<crypto::VerifyKey> load_kit_key(const ports::ProfileStore& profile) {
    ROGATORY_TRY(const auto stored, profile.load(kKitKeyFile));
    if (!stored) return fail(ErrorCode::not_found, "account_key.missing");
    const auto bytes = encoding::hex_decode_array<32>(as_text(*stored));
    if (!bytes) return fail(ErrorCode::invalid_input, "account_key.damaged");
    return crypto::VerifyKey{*bytes};
}

namespace {

Result<> save_facts(ports::ProfileStore& profile, const std::string& name, const Account& account) {
    const encoding::Json::Object fields{{"kind", account.kind},
                                        {"language", account.language},
                                        {"server", account.server},
                                        {"user_name", account.user_name}};
    return profile.save(name, as_bytes(encoding::encode_canonical_json(fields)));
}

Result<> save_under(ports::ProfileStore& profile, std::string_view prefix, const Account& account,
                    const crypto::AccountKey& account_key, const crypto::VerifyKey& kit_key) {
    const auto name = [&](std::string_view file) { return std::string{prefix} + std::string{file}; };
    // The keys first: an account without its key on this device would ask for the kit for no reason.
    auto text = encoding::code_encode(account_key);
    text.append("\n");
    ROGATORY_TRY_VOID(profile.save(name(kAccountKeyFile), text.expose_secret_bytes()));
    ROGATORY_TRY_VOID(profile.save(name(kKitKeyFile), as_bytes(encoding::hex_encode(kit_key.bytes()))));
    return save_facts(profile, name(kAccountFile), account);
}

constexpr std::string_view kPending = "pending-";

}  // namespace

Result<> save_account(ports::ProfileStore& profile, const Account& account, const crypto::AccountKey& account_key,
                      const crypto::VerifyKey& kit_key) {
    return save_under(profile, {}, account, account_key, kit_key);
}

Result<> save_pending_account(ports::ProfileStore& profile, const Account& account,
                              const crypto::AccountKey& account_key, const crypto::VerifyKey& kit_key) {
    return save_under(profile, kPending, account, account_key, kit_key);
}

Result<> save_service_account(ports::ProfileStore& profile, const Account& account) {
    return save_facts(profile, std::string{kAccountFile}, account);
}

Result<> save_pending_service_account(ports::ProfileStore& profile, const Account& account) {
    return save_facts(profile, std::string{kPending} + std::string{kAccountFile}, account);
}

Result<> adopt_pending_account(ports::ProfileStore& profile) {
    for (const auto file : {kAccountKeyFile, kKitKeyFile, kAccountFile}) {
        const auto pending = std::string{kPending} + std::string{file};
        ROGATORY_TRY(auto stored, profile.load(pending));
        if (!stored) continue;  // adopted by a run that was cut right after
        ROGATORY_TRY_VOID(profile.save(file, *stored));
        crypto::wipe(*stored);
        ROGATORY_TRY_VOID(profile.remove(pending));
    }
    return {};
}

Result<PassphraseKeys> passphrase_keys(std::string_view passphrase, const crypto::AccountKey& account_key,
                                       const Account& account) {
    ROGATORY_TRY(const auto normal, normalised_passphrase(passphrase));
    ROGATORY_TRY(auto secrets, crypto::derive_password_secrets(normal, account_key, account.server, account.user_name));
    return PassphraseKeys{std::move(secrets.sign_in_key),
                          age::HybridIdentity::from_seed(std::move(secrets.unlock_identity))};
}

}  // namespace rogatory::agent
