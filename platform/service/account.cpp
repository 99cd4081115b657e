#include "platform/service/account.hpp"

#include "crypto/encoding/hex.hpp"
#include "crypto/password.hpp"
#include "crypto/sign.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/service/access.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/kit_attempts.hpp"

namespace rogatory::service {

namespace {

constexpr std::size_t kMaxOwnSessions = 100;

ports::AccountRow account_of(const ports::Repositories& repositories, const Principal& principal) {
    ensure(principal.account().has_value(), "a session of this scope has an account");
    const auto account = repositories.accounts().find(*principal.account());
    ensure(account.has_value(), "accounts are never deleted");
    return *account;
}

tl::unexpected<Error> version_moved(const char* key, std::uint64_t current) {
    return fail(Error{ErrorCode::precondition_failed, key}.with("current", std::to_string(current)));
}

}  // namespace

Result<Me> Account::me(const Principal& principal) {
    ROGATORY_TRY_VOID(permit(principal, Act::see_self));
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<Me> {
        const auto account = account_of(repositories, principal);
        std::vector<std::string> factors;
        if (account.totp_secret) factors.emplace_back("totp");
        if (!repositories.passkeys().of_account(account.id).empty()) factors.emplace_back("passkey");
        return Me{account.user_name, principal.kind(),   principal.memberships(), account.bundle_version,
                  account.language,  std::move(factors), account.kit_tried_at};
    });
}

Result<Versioned> Account::bundle(const Principal& principal) {
    ROGATORY_TRY_VOID(permit(principal, Act::read_bundle));
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<Versioned> {
        const auto account = account_of(repositories, principal);
        if (account.bundle_version == 0) return not_there();
        return Versioned{account.bundle_version, repositories.accounts().bundle(account.id)};
    });
}

Result<std::uint64_t> Account::write_bundle(const Principal& principal, const BundleWrite& request) {
    ROGATORY_TRY_VOID(permit(principal, Act::use_bundle));
    if (request.bundle.size() > context_.settings.max_bundle) return fail(ErrorCode::too_large, "bundle.too_large");
    const auto refused = [] { return fail(ErrorCode::unauthenticated, "sign_in.refused"); };
    const auto now = context_.time.now();
    if (!context_.challenges.holds(request.challenge, now)) return refused();
    const bool kit = request.signed_with == SignInKey::kit;
    bool spent = false;
    return context_.store.write([&](ports::Repositories& repositories) -> Result<std::uint64_t> {
        const auto account = account_of(repositories, principal);
        const auto kit_key = request.kit_key ? request.kit_key : account.kit_key;
        // What is signed covers both keys that will stand; what is not given stays as it is.
        const crypto::VerifyKey new_sign_in{request.sign_in_key};
        const crypto::VerifyKey new_kit{kit_key.value_or(ByteArray<32>{})};
        const auto text =
            crypto::credential_change_text(context_.settings.origin, account.user_name, request.challenge,
                                           {request.expected_version, request.bundle, new_sign_in, new_kit,
                                            request.totp ? ByteView{request.totp->secret} : ByteView{}});
        if (kit && !account.kit_key) return refused();
        const crypto::VerifyKey key{kit ? *account.kit_key : account.sign_in_key};
        if (!key.verify(text, crypto::Signature{request.signature})) return refused();
        // A machine's key file is replaced with its account: whoever copied it keeps nobody out.
        if (principal.kind() == AccountKind::service) return fail(ErrorCode::forbidden, "bundle.of_service");
        // Once, also where the writer runs this work a second time.
        if (!spent && !context_.challenges.spend(request.challenge, now)) return refused();
        spent = true;
        if (account.bundle_version != request.expected_version) {
            return version_moved("bundle.version", account.bundle_version);
        }
        const bool keeps_bundle = principal.kind() == AccountKind::member;
        if (keeps_bundle == request.bundle.empty())
            return fail(ErrorCode::invalid_input, "enrolment.malformed", "bundle");
        if (request.totp) {
            ROGATORY_TRY_VOID(reset_second_factor(context_, repositories, principal, account, *request.totp));
        } else if (by_kit_alone(repositories, principal)) {
            // Who has no second factor sets one with everything else. A thief would only lock the owner out, and end
            // what tells of him.
            return fail(ErrorCode::invalid_input, "enrolment.malformed", "totp");
        }
        const auto version = account.bundle_version + 1;
        auto& accounts = repositories.accounts();
        if (keeps_bundle) accounts.set_bundle(account.id, version, request.bundle);
        accounts.set_keys(account.id, request.sign_in_key, kit_key);
        repositories.sessions().remove_of_account(account.id, principal.session());
        if (kit_key != account.kit_key) {
            // The old kit opens nothing any more: nobody waits with it, and there is nothing left to do about it.
            accounts.set_kit_waiting(account.id, std::nullopt);
            accounts.kit_told(account.id);
        }
        context_.audit(repositories, account.user_name, "credentials.changed", kit ? "kit" : "");
        context_.notify(repositories, "credentials.changed", account.user_name);
        return keeps_bundle ? version : 0;
    });
}

Result<Versioned> Account::state(const Principal& principal) {
    ROGATORY_TRY_VOID(permit(principal, Act::use_state));
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<Versioned> {
        const auto account = account_of(repositories, principal);
        if (account.state_version == 0) return Versioned{};
        return Versioned{account.state_version, repositories.accounts().state(account.id)};
    });
}

Result<std::uint64_t> Account::write_state(const Principal& principal, std::uint64_t expected_version, ByteView bytes) {
    ROGATORY_TRY_VOID(permit(principal, Act::use_state));
    if (bytes.size() > context_.settings.max_state) return fail(ErrorCode::too_large, "state.too_large");
    return context_.store.write([&](ports::Repositories& repositories) -> Result<std::uint64_t> {
        const auto account = account_of(repositories, principal);
        if (account.state_version != expected_version) return version_moved("state.version", account.state_version);
        repositories.accounts().set_state(account.id, expected_version + 1, bytes);
        return expected_version + 1;
    });
}

Result<std::vector<SessionInfo>> Account::sessions(const Principal& principal) {
    ROGATORY_TRY_VOID(permit(principal, Act::use_account));
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<std::vector<SessionInfo>> {
        std::vector<SessionInfo> sessions;
        for (const auto& row : repositories.sessions().list(principal.account(), {}, kMaxOwnSessions)) {
            sessions.push_back({row.id, row.user_name, static_cast<Scope>(row.scope), row.created_at, row.last_seen_at,
                                row.id == principal.session()});
        }
        return sessions;
    });
}

Result<> Account::end_session(const Principal& principal, ports::SessionId session) {
    ROGATORY_TRY_VOID(permit(principal, Act::use_account));
    return context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        const auto row = repositories.sessions().find(session);
        if (!row || row->account != principal.account()) return not_there();
        repositories.sessions().remove(session);
        context_.audit(repositories, principal.user_name(), "session.ended", encoding::hex_encode(session.value()));
        return {};
    });
}

}  // namespace rogatory::service
