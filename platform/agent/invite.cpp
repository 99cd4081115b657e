#include <algorithm>
#include <charconv>

#include "crypto/age/file.hpp"
#include "crypto/encoding/crockford.hpp"
#include "platform/agent/admin.hpp"
#include "platform/agent/answer_check.hpp"
#include "platform/agent/evidence.hpp"
#include "platform/agent/invitation_code.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/people.hpp"
#include "platform/agent/policy_text.hpp"
#include "platform/agent/refused.hpp"
#include "platform/agent/state.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"

namespace rogatory::agent {
namespace {

struct Plan {
    record::InvitationPurpose purpose{};
    model::AuthorityId authority;
    model::DisplayName authority_name;
    model::AuthorityKind authority_kind{};
    model::MemberId member;
    model::Role role{};
    std::int64_t hours = 72;
};

// An answer about the statement, not about the moment.
bool is_refusal(ErrorCode code) {
    return code != ErrorCode::unavailable && code != ErrorCode::unauthenticated && code != ErrorCode::too_many &&
           code != ErrorCode::storage_full && code != ErrorCode::precondition_failed;
}

Result<InvitationMade> invite(Agent::State& state, const Plan& plan) {
    if (plan.hours < 1 || plan.hours * kHour > record::Register::kMaxInvitation) {
        return fail(ErrorCode::invalid_input, "invitation.hours");
    }
    ROGATORY_TRY_VOID(settle_drafts(state));
    auto& random = crypto::system_random();
    for (int round = 0; round < 4; ++round) {
        ROGATORY_TRY(const auto* const known, state.refresh_own());
        const auto& reg = known->replayed;
        const auto code = record::InvitationCode::random(random);
        const auto secrets = record::derive_invitation(code);
        const auto invitation = record::random_id<model::InvitationId>(random);
        const auto not_after = state.now() + plan.hours * kHour;
        const record::Invited invited{invitation, plan.purpose, plan.authority, plan.member,
                                      plan.role,  false,        not_after,      secrets.commit()};
        const auto content = state.compose(reg.head(), reg.chain(), invited);
        ROGATORY_TRY_VOID(ask_about_refused(state, content));
        ROGATORY_TRY(const auto statement,
                     state.once_counted([&] { return state.sign(state.compose(reg.head(), reg.chain(), invited)); }));
        // The card names the register as it will be with this statement: what the invitee reads contains his
        // invitation.
        const record::WelcomeCard card{reg.party(),
                                       reg.code(),
                                       reg.chain(),
                                       reg.head().length + 1,
                                       statement.id(),
                                       plan.authority,
                                       plan.authority_name,
                                       plan.member,
                                       plan.role,
                                       false,
                                       reg.log_policy().text()};
        ports::remote::InvitationOrder order;
        order.append.envelopes.push_back(to_bytes(statement.encode()));
        order.invitation_id = invitation.value();
        order.redeem_sha256 = secrets.redeem_digest().value();
        order.card = record::seal_card(card, secrets.card, invitation, random);
        order.kept_code = seal_kept_code({code.duplicate(), plan.authority_kind, plan.authority_name},
                                         state.membership().identity.recipient());
        auto made = state.environment.server.invite(order);
        // No answer: the same bytes again; an append is idempotent by id.
        for (int attempt = 0; attempt < 2 && !made && made.error().code() == ErrorCode::unavailable; ++attempt) {
            made = state.environment.server.invite(order);
        }
        if (!made && made.error().code() != ErrorCode::conflict) {
            // Refused for what it is: kept, so that nobody signs at its place unasked, and a lie is found out.
            if (is_refusal(made.error().code())) ROGATORY_TRY_VOID(remember_refused(state, statement));
            return fail(std::move(made).error());
        }
        if (made) ROGATORY_TRY_VOID(check_answers(state, {statement}, *made));
        ROGATORY_TRY_VOID(state.refresh(reg.chain()));
        ROGATORY_TRY_VOID(keep_to_promises(state));
        if (state.own().invitation(invitation) != nullptr) {
            return InvitationMade{invitation.value(), std::string{encoding::code_encode(code).expose_secret()},
                                  not_after};
        }
        // A conflict that shows nothing at this place would have two statements signed for it [rebase].
        const auto& items = state.book.known(reg.chain())->copy.items();
        if (made || items.size() <= statement.statement().seq) {
            const auto envelope = statement.encode();
            return alarm(state.environment, made ? "append.not_logged" : "append.lying_conflict",
                         {{"envelope", as_bytes(envelope)}});
        }
        // Somebody else's statement took the place: refresh() has verified it, so this one may be signed anew.
    }
    return fail(ErrorCode::unavailable, "append.busy");
}

Result<model::Role> role_of(std::string_view text) {
    const auto role = model::parse_role(text);
    if (!role) return fail(Error{ErrorCode::invalid_input, "role.unknown"}.with("role", std::string{text}));
    return *role;
}

}  // namespace

Result<InvitationMade> invite_member(Agent& agent, std::string_view role_text, std::int64_t hours) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    ROGATORY_TRY(const auto role, role_of(role_text));
    const auto& description = state.own().authority(state.membership().authority)->description;
    return invite(state, {record::InvitationPurpose::member, description.id, description.name, description.kind,
                          record::random_id<model::MemberId>(crypto::system_random()), role, hours});
}

Result<InvitationMade> invite_again(Agent& agent, const Id& member, std::int64_t hours) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    const auto known = state.own().member(model::MemberId{member});
    if (!known || known->authority != state.membership().authority) return fail(ErrorCode::not_found, "member.unknown");
    const auto& description = state.own().authority(known->authority)->description;
    return invite(state, {record::InvitationPurpose::rekey, description.id, description.name, description.kind,
                          known->id, known->role, hours});
}

Result<InvitationMade> add_authority(Agent& agent, std::string_view name, std::string_view kind_text,
                                     std::int64_t hours) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    if (state.membership().authority != state.own().root()) return fail(ErrorCode::forbidden, "authority.root_only");
    ROGATORY_TRY(const auto kind, authority_kind_of(kind_text));
    ROGATORY_TRY(const auto text, normalised(name));
    ROGATORY_TRY(const auto display_name, model::DisplayName::parse(text));
    auto& random = crypto::system_random();
    return invite(
        state, {record::InvitationPurpose::authority, record::random_id<model::AuthorityId>(random), display_name, kind,
                record::random_id<model::MemberId>(random), model::Role::custodian, hours});
}

Result<> cancel_invitation(Agent& agent, const Id& invitation) {
    return agent.state().environment.server.cancel_invitation(invitation);
}

Result<FounderInvitation> invite_founder(Environment& environment, std::string_view party_code, std::int64_t days,
                                         FoundingKind founding) {
    if (days < 1 || days > 60) return fail(ErrorCode::invalid_input, "invitation.days");
    ROGATORY_TRY(const auto code, model::PartyCode::parse(party_code));
    ROGATORY_TRY(const auto server, environment.server.about());
    auto& random = crypto::system_random();
    const auto secret = record::InvitationCode::random(random);
    const auto secrets = record::derive_invitation(secret);
    const auto invitation = record::random_id<model::InvitationId>(random);
    const auto member = record::random_id<model::MemberId>(random);
    const auto not_after = server.time + days * kDay;
    std::optional<Hash> succeeds;
    if (founding == FoundingKind::anew) {
        ROGATORY_TRY(const auto rows, environment.server.admin_parties());
        for (const auto& row : rows) {
            if (row.code == code.text() && row.state != "succeeded") succeeds = row.founded_id;
        }
        if (!succeeds) return fail(Error{ErrorCode::not_found, "party.nothing_to_follow"}.with("party", code.text()));
    }
    ROGATORY_TRY_VOID(environment.server.invite_founder(
        code.text(), {invitation.value(), secrets.redeem_digest().value(),
                      record::seal_founder_card({code, member}, secrets.card, invitation, random), not_after,
                      member.value(), succeeds}));
    return FounderInvitation{invitation.value(), member.value(),
                             std::string{encoding::code_encode(secret).expose_secret()}, not_after};
}

}  // namespace rogatory::agent
