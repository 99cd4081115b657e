#include "platform/service/passkeys.hpp"

#include <algorithm>

#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/service/access.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/party_rules.hpp"
#include "platform/service/second_factor.hpp"

namespace rogatory::service {

namespace {

constexpr std::size_t kMaxPasskeys = 10;

// A service signs in with its key alone; everybody else who has an account has second factors.
Result<std::int64_t> person(const Principal& principal) {
    ROGATORY_TRY_VOID(permit(principal, Act::use_account));
    if (!principal.account() || principal.kind() == AccountKind::service) return not_there();
    return *principal.account();
}

Result<std::int64_t> person_now(const Principal& principal) {
    ROGATORY_TRY(const auto account, person(principal));
    if (!principal.stepped_up()) return fail(ErrorCode::forbidden, "session.step_up");
    return account;
}

}  // namespace

Result<std::vector<PasskeyInfo>> Passkeys::list(const Principal& principal) {
    ROGATORY_TRY(const auto account, person(principal));
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<std::vector<PasskeyInfo>> {
        std::vector<PasskeyInfo> list;
        for (const auto& row : repositories.passkeys().of_account(account)) {
            list.push_back({row.id, row.credential_id, row.unlocks, row.backed_up, row.created_at, row.last_used_at});
        }
        return list;
    });
}

Result<std::int64_t> Passkeys::add(const Principal& principal, const NewPasskey& passkey) {
    ROGATORY_TRY(const auto account, person_now(principal));
    const auto now = context_.time.now();
    const auto refused = [] { return fail(ErrorCode::invalid_input, "passkey.registration", "challenge"); };
    if (!context_.challenges.holds(passkey.challenge, now)) return refused();
    ROGATORY_TRY(const auto credential,
                 webauthn::check_registration(relying_party(context_), passkey.challenge, passkey.registration));
    if (!context_.challenges.spend(passkey.challenge, now)) return refused();
    return context_.store.write([&](ports::Repositories& repositories) -> Result<std::int64_t> {
        if (repositories.passkeys().of_account(account).size() >= kMaxPasskeys) {
            return fail(ErrorCode::conflict, "passkey.many");
        }
        ports::PasskeyRow row;
        row.account = account;
        row.credential_id = credential.id;
        row.cose_key = credential.cose_key;
        row.counter = credential.counter;
        row.unlocks = passkey.unlocks;
        row.backed_up = credential.backed_up;
        row.created_at = now;
        ROGATORY_TRY(const auto id, repositories.passkeys().add(row));
        context_.audit(repositories, principal.user_name(), "passkey.added", std::to_string(id));
        context_.notify(repositories, "credentials.changed", principal.user_name());
        return id;
    });
}

Result<> Passkeys::remove(const Principal& principal, std::int64_t id) {
    ROGATORY_TRY(const auto account_id, person_now(principal));
    return context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        const auto own = repositories.passkeys().of_account(account_id);
        const bool known = std::ranges::any_of(own, [id](const ports::PasskeyRow& row) { return row.id == id; });
        if (!known) return not_there();
        const auto account = repositories.accounts().find(account_id);
        ensure(account.has_value(), "accounts are never deleted");
        if (own.size() == 1 && !account->totp_secret) return fail(ErrorCode::conflict, "passkey.last");
        // Nor the last of a kind that his Parties accept. (Where they accept none of his, nothing is lost by it.)
        const auto accepted = accepted_factors(repositories, account_id);
        const bool has_code = account->totp_secret.has_value();
        if (accepted.leave_one(has_code, true) && !accepted.leave_one(has_code, own.size() > 1)) {
            return fail(ErrorCode::conflict, "access.last_factor");
        }
        repositories.passkeys().remove(id);
        context_.audit(repositories, principal.user_name(), "passkey.removed", std::to_string(id));
        context_.notify(repositories, "credentials.changed", principal.user_name());
        return {};
    });
}

}  // namespace rogatory::service
