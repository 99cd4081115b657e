#include "platform/service/session_start.hpp"

#include <algorithm>

#include "crypto/encoding/base64.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/kinds.hpp"
#include "platform/service/append_job.hpp"

namespace rogatory::service {

NewToken make_token() {
    auto text = encoding::base64_encode(crypto::system_random().bytes<32>(), encoding::Base64::url_unpadded);
    const auto digest = token_digest(text);
    return {std::move(text), digest};
}

ports::Digest token_digest(std::string_view token) { return crypto::sha256(as_bytes(token)); }

namespace {

SignedIn start(Context& context, ports::Repositories& repositories, Scope scope, std::optional<std::int64_t> account,
               std::optional<ports::InvitationId> invitation, bool stepped_up) {
    const auto now = context.time.now();
    auto token = make_token();
    ports::SessionRow session;
    session.id = record::random_id<ports::SessionId>(crypto::system_random());
    session.account = account;
    session.invitation = invitation;
    session.scope = static_cast<ports::ScopeRow>(scope);
    session.created_at = now;
    session.last_seen_at = now;
    session.stepped_up_at = stepped_up ? now : 0;
    repositories.sessions().create(session, token.sha256);
    context.time.keep(repositories);
    return {std::move(token.text), scope, now + context.settings.session_absolute};
}

}  // namespace

SignedIn start_session(Context& context, ports::Repositories& repositories, Scope scope,
                       std::optional<std::int64_t> account, std::optional<ports::InvitationId> invitation) {
    // Whoever answers an invitation shows his second factor with the answer.
    return start(context, repositories, scope, account, invitation, scope != Scope::enrolment);
}

SignedIn start_kit_session(Context& context, ports::Repositories& repositories, std::int64_t account) {
    return start(context, repositories, Scope::kit, account, std::nullopt, false);
}

SignedIn start_service_session(Context& context, ports::Repositories& repositories, std::int64_t account) {
    return start(context, repositories, Scope::full, account, std::nullopt, false);
}

SignedIn renew_session(Context& context, ports::Repositories& repositories, const ports::SessionRow& session) {
    const auto now = context.time.now();
    auto token = make_token();
    auto renewed = session;
    renewed.id = record::random_id<ports::SessionId>(crypto::system_random());
    renewed.last_seen_at = now;
    renewed.stepped_up_at = now;
    repositories.sessions().remove(session.id);
    repositories.sessions().create(renewed, token.sha256);
    context.time.keep(repositories);
    return {std::move(token.text), static_cast<Scope>(session.scope),
            session.created_at + context.settings.session_absolute};
}

SignedIn admit_session(Context& context, ports::Repositories& repositories, const ports::SessionRow& enrolment,
                       std::int64_t account) {
    auto token = make_token();
    auto session = enrolment;
    session.id = record::random_id<ports::SessionId>(crypto::system_random());
    session.account = account;
    session.invitation = std::nullopt;
    session.scope = static_cast<ports::ScopeRow>(Scope::full);
    session.last_seen_at = context.time.now();
    repositories.sessions().remove_of_invitation(*enrolment.invitation);
    repositories.sessions().create(session, token.sha256);
    context.time.keep(repositories);
    return {std::move(token.text), Scope::full, session.created_at + context.settings.session_absolute};
}

Result<> require_step_up(const Principal& principal, const ParsedAppend& append) {
    // What is written into a register says who reads and who signs from now on.
    const bool rules = std::ranges::any_of(append.statements, [](const record::SignedStatement& statement) {
        return record::row(statement.kind()).chain == record::ChainKind::party_register;
    });
    if (rules && !principal.stepped_up()) return fail(ErrorCode::forbidden, "session.step_up");
    return {};
}

std::vector<Membership> live_memberships(const ports::Repositories& repositories, std::int64_t account) {
    std::vector<Membership> memberships;
    for (const auto& enrolled : repositories.accounts().memberships(account)) {
        const auto member = repositories.parties().find_member(enrolled.register_chain, enrolled.member);
        const auto party = repositories.parties().find_by_register(enrolled.register_chain);
        if (!member || !party || !party->founded_id) continue;
        memberships.push_back({.register_chain = enrolled.register_chain,
                               .party = *party->founded_id,
                               .party_code = party->code,
                               .authority = member->authority,
                               .member = member->member,
                               .role = member->role,
                               .service = member->service,
                               .root_authority = member->root_authority,
                               .suspended = party->suspended_at.has_value()});
    }
    return memberships;
}

bool still_member(const ports::Repositories& repositories, std::int64_t account, ports::AuthorityId authority) {
    const auto row = repositories.accounts().find(account);
    if (!row || row->suspended_at) return false;
    return std::ranges::any_of(live_memberships(repositories, account), [&](const Membership& membership) {
        return membership.authority == authority && !membership.suspended;
    });
}

std::vector<Candidacy> candidacies_of(const ports::Repositories& repositories, std::int64_t account) {
    std::vector<Candidacy> out;
    for (const auto& row : repositories.invitations().candidacies(account)) {
        const auto party = repositories.parties().find_by_register(*row.register_chain);
        if (!party || !party->founded_id || party->suspended_at) continue;
        out.push_back({row.id, *row.register_chain, *party->founded_id, party->code, *row.authority, *row.member});
    }
    return out;
}

}  // namespace rogatory::service
