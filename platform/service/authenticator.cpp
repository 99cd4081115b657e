#include "platform/service/authenticator.hpp"

#include <algorithm>

#include "platform/service/context_state.hpp"
#include "platform/service/party_rules.hpp"
#include "platform/service/session_start.hpp"

namespace rogatory::service {

namespace {

// A session's idle time is measured from its last noted use, and a use is noted when this much has passed: a write for
// every read would be the price of seconds.
constexpr UnixSeconds kNoteEvery = 20;

tl::unexpected<Error> ended() { return fail(ErrorCode::unauthenticated, "session.ended"); }

}  // namespace

Result<Principal> Authenticator::authenticate(std::string_view token, const Circumstances& comes) {
    const auto now = context_.time.now();
    auto how = comes;
    how.at = now;
    const auto digest = token_digest(token);
    ports::SessionRow session;
    bool expired = false;
    const char* barred = nullptr;
    Principal principal;
    const bool found = context_.store.read([&](const ports::Repositories& repositories) {
        const auto row = repositories.sessions().find_by_token(digest);
        if (!row) return false;
        session = *row;
        how.bound = row->certificate && row->certificate == how.certificate();
        expired = now - row->last_seen_at > context_.settings.session_idle ||
                  now - row->created_at > context_.settings.session_absolute;
        principal.scope_ = static_cast<Scope>(row->scope);
        principal.session_ = row->id;
        principal.stepped_up_ = now - row->stepped_up_at <= context_.settings.step_up_life;
        principal.user_name_ = row->user_name;
        principal.account_ = row->account;
        principal.invitation_ = row->invitation;
        if (row->invitation) {
            const auto invitation = repositories.invitations().find(*row->invitation);
            if (!invitation || invitation->state == ports::InvitationState::cancelled) return false;
            principal.inviting_register_ = invitation->register_chain;
            return true;
        }
        const auto account = repositories.accounts().find(*row->account);
        if (!account || account->suspended_at) return false;
        principal.kind_ = static_cast<AccountKind>(account->kind);
        if (principal.kind_ == AccountKind::administrator || principal.kind_ == AccountKind::auditor) return true;
        principal.circumstances_ = how;
        principal.memberships_ = live_memberships(repositories, account->id);
        auto limits = hold_to_rules(repositories, context_.settings, how, principal.memberships_);
        barred = limits.barred;
        // A session that began where he is let in is none, wherever it is carried.
        if (principal.stepped_up_ && context_.begun_outside.holds(row->id, how.address, now)) {
            principal.ways_back_ = std::move(limits.ways_back);
        }
        expired = expired || now - row->last_seen_at > limits.idle || now - row->created_at > limits.absolute;
        principal.candidacies_ = candidacies_of(repositories, account->id);
        if (!principal.candidacies_.empty()) return true;
        if (barred != nullptr) return true;
        // Removed from the last register, or every Party suspended: the session is over with this request.
        return std::any_of(principal.memberships_.begin(), principal.memberships_.end(),
                           [](const Membership& membership) { return !membership.suspended; });
    });
    if (!found) return ended();
    if (expired) {
        // Deleted, not only refused: no clock can bring it back. Until then it is refused each time.
        context_.store.write_behind(
            [id = session.id](ports::Repositories& repositories) { repositories.sessions().remove(id); });
        return ended();
    }
    if (barred != nullptr) {
        if (principal.ways_back_.empty()) return fail(ErrorCode::forbidden, barred);
        // With his kit and a second factor he makes himself new credentials; with those he comes again.
        if (principal.scope_ == Scope::full) {
            principal.scope_ = Scope::rules;
            principal.barred_ = barred;
        }
    }
    if (now - session.last_seen_at >= kNoteEvery) {
        // Nobody waits for it: a request that only reads is not to stand behind an fsync, and a full device must not
        // end sessions. What a crash takes is at most this note.
        context_.store.write_behind([id = session.id, now](ports::Repositories& repositories) {
            repositories.sessions().touch(id, now);
            ServerTime::keep(repositories, now);
        });
    }
    return principal;
}

bool Authenticator::goes_on(const Principal& principal) {
    const auto now = context_.time.now();
    return context_.store.read([&](const ports::Repositories& repositories) {
        const auto row = repositories.sessions().find(principal.session());
        if (!row || now - row->last_seen_at > context_.settings.session_idle ||
            now - row->created_at > context_.settings.session_absolute) {
            return false;
        }
        const auto account = row->account ? repositories.accounts().find(*row->account) : std::nullopt;
        if (!account || account->suspended_at) return false;
        if (principal.kind() == AccountKind::administrator || principal.kind() == AccountKind::auditor) return true;
        auto memberships = live_memberships(repositories, account->id);
        auto how = principal.circumstances();
        how.at = now;
        const auto limits = hold_to_rules(repositories, context_.settings, how, memberships);
        if (now - row->last_seen_at > limits.idle || now - row->created_at > limits.absolute) return false;
        return std::any_of(memberships.begin(), memberships.end(),
                           [](const Membership& membership) { return !membership.suspended; });
    });
}

}  // namespace rogatory::service
