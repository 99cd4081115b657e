#include "platform/service/kit_attempts.hpp"

#include <algorithm>

#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/service/access.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/party_rules.hpp"
#include "platform/service/totp.hpp"

namespace rogatory::service {

namespace {

// Whoever hears of it only after his leave still sees who it was.
constexpr UnixSeconds kShown = 30 * kDay;

// By the wait that stands.
bool came_in(const ports::AccountRow& account) {
    return account.kit_waiting_since && account.kit_used_at && *account.kit_used_at >= *account.kit_waiting_since;
}

void tell_used(Context& context, ports::Repositories& repositories, const ports::AccountRow& account) {
    repositories.accounts().set_kit_used(account.id, context.time.now());
    context.notify(repositories, "kit.used", account.user_name);
}

}  // namespace

Result<std::vector<KitAttempt>> KitAttempts::list(const Principal& principal, ports::AuthorityId authority) {
    const auto& memberships = principal.memberships();
    const auto own = std::ranges::find_if(memberships, [&](const Membership& membership) {
        return membership.authority == authority && !membership.suspended;
    });
    if (own == memberships.end()) {
        ROGATORY_TRY_VOID(permit(principal, Act::invite));
        return not_there();
    }
    ROGATORY_TRY_VOID(permit(principal, Act::invite, Tie::authority, own->role));
    const auto now = context_.time.now();
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<std::vector<KitAttempt>> {
        std::vector<KitAttempt> attempts;
        for (const auto& member : repositories.parties().members(own->register_chain)) {
            if (member.authority != authority) continue;
            for (const auto id : repositories.accounts().accounts_of(own->register_chain, member.member)) {
                const auto account = repositories.accounts().find(id);
                if (!account) continue;
                // Whoever has come in waits no more, also where he has changed nothing yet.
                const auto since = kit_waits(context_, *account);
                if (since && !came_in(*account)) {
                    attempts.push_back({member.member, *since, *since + context_.settings.kit_wait, std::nullopt});
                }
                if (account->kit_used_at && now - *account->kit_used_at < kShown) {
                    attempts.push_back({member.member, std::nullopt, std::nullopt, account->kit_used_at});
                }
            }
        }
        return attempts;
    });
}

Result<> KitAttempts::end(const Principal& principal) {
    ROGATORY_TRY_VOID(permit(principal, Act::use_account));
    if (!principal.account()) return not_there();
    return context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        const auto account = repositories.accounts().find(*principal.account());
        ensure(account.has_value(), "accounts are never deleted");
        if (!account->kit_tried_at && !account->kit_waiting_since) return not_there();
        if (account->kit_waiting_since) end_kit_wait(context_, repositories, *account);
        repositories.accounts().kit_told(account->id);
        return {};
    });
}

std::optional<UnixSeconds> kit_waits(Context& context, const ports::AccountRow& account) {
    const auto since = account.kit_waiting_since;
    const bool lapsed = since && context.time.now() - *since > context.settings.kit_wait + kKitWindow;
    return lapsed ? std::nullopt : since;
}

bool kit_has_waited(Context& context, const ports::AccountRow& account) {
    const auto since = kit_waits(context, account);
    return since && context.time.now() - *since >= context.settings.kit_wait;
}

void end_kit_wait(Context& context, ports::Repositories& repositories, const ports::AccountRow& account) {
    repositories.accounts().set_kit_waiting(account.id, std::nullopt);
    repositories.sessions().remove_kits_alone(account.id);
    context.audit(repositories, account.user_name, "kit.ended", "");
}

void kit_comes_in(Context& context, ports::Repositories& repositories, const ports::AccountRow& account) {
    if (!came_in(account)) tell_used(context, repositories, account);
}

bool by_kit_alone(const ports::Repositories& repositories, const Principal& principal) {
    if (principal.scope() != Scope::kit) return false;
    const auto session = repositories.sessions().find(principal.session());
    return !session || session->stepped_up_at == 0;
}

Result<> reset_second_factor(Context& context, ports::Repositories& repositories, const Principal& principal,
                             const ports::AccountRow& account, const NewTotp& fresh) {
    // Of the session, not of the moment: one that showed a second factor, however long ago, has not waited.
    if (!by_kit_alone(repositories, principal) || !kit_has_waited(context, account))
        return fail(ErrorCode::forbidden, "kit.factor_stays");
    // Digits would be all that he has.
    if (!accepted_factors(repositories, account.id).code) return fail(ErrorCode::forbidden, "access.last_factor");
    const auto counter = match_totp(fresh.secret, fresh.code, context.clock.now(), 0);
    if (!counter) return fail(ErrorCode::invalid_input, "enrolment.totp");
    repositories.accounts().set_totp(account.id, fresh.secret, *counter);
    repositories.passkeys().remove_of_account(account.id);
    context.audit(repositories, account.user_name, "second_factor.reset", "kit");
    tell_used(context, repositories, account);
    return {};
}

}  // namespace rogatory::service
