#include <algorithm>
#include <charconv>

#include "crypto/age/file.hpp"
#include "crypto/encoding/crockford.hpp"
#include "platform/agent/admin.hpp"
#include "platform/agent/invitation_code.hpp"
#include "platform/agent/invited.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/people.hpp"
#include "platform/agent/policy_text.hpp"
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
    bool service = false;
};

// What the same person asked for before, and whose answer was lost: the invitation stands, so this is its code.
bool is_same(const Plan& plan, const record::Invited& invited, const KeptCode& kept) {
    if (invited.purpose != plan.purpose || invited.role != plan.role || invited.service != plan.service) return false;
    switch (plan.purpose) {
        case record::InvitationPurpose::member:
            return invited.authority == plan.authority;
        case record::InvitationPurpose::rekey:
            return invited.authority == plan.authority && invited.member == plan.member;
        case record::InvitationPurpose::authority:
            return kept.authority_name == plan.authority_name && kept.authority_kind == plan.authority_kind;
    }
    return false;
}

Result<InvitationMade> invite(Agent::State& state, const Plan& plan) {
    if (plan.hours < 1 || plan.hours * kHour > record::Register::kMaxInvitation) {
        return fail(ErrorCode::invalid_input, "invitation.hours");
    }
    ROGATORY_TRY_VOID(settle_drafts(state));
    ROGATORY_TRY(auto before, take_invited(state, [&](const auto& invited, const auto& kept) {
                     return is_same(plan, invited, kept);
                 }));
    if (before) return *std::move(before);
    auto& random = crypto::system_random();
    InvitationMade made;
    ROGATORY_TRY([[maybe_unused]] const auto package, append_settled(state, [&]() -> Result<Package> {
                     ROGATORY_TRY(const auto* const known, state.refresh_own());
                     const auto& reg = known->replayed;
                     const auto code = record::InvitationCode::random(random);
                     const auto secrets = record::derive_invitation(code);
                     const auto invitation = record::random_id<model::InvitationId>(random);
                     const auto not_after = state.now() + plan.hours * kHour;
                     ROGATORY_TRY(auto statement,
                                  state.sign(state.compose(
                                      reg.head(), reg.chain(),
                                      record::Invited{invitation, plan.purpose, plan.authority, plan.member, plan.role,
                                                      plan.service, not_after, secrets.commit()})));
                     // What would have no effect is not sent: the same judge says so here, in words.
                     const auto outcome = reg.judge(statement, state.log.size());
                     if (!outcome.effective()) return fail(outcome.refusal());
                     // The card names the register as it will be with this statement: what the invitee reads contains
                     // his invitation.
                     const record::WelcomeCard card{reg.party(),
                                                    reg.code(),
                                                    reg.chain(),
                                                    reg.head().length + 1,
                                                    statement.id(),
                                                    plan.authority,
                                                    plan.authority_name,
                                                    plan.member,
                                                    plan.role,
                                                    plan.service,
                                                    reg.log_policy().text()};
                     Package built;
                     auto& order = built.invitation.emplace();
                     order.invitation_id = invitation.value();
                     order.redeem_sha256 = secrets.redeem_digest().value();
                     order.card = record::seal_card(card, secrets.card, invitation, random);
                     order.kept_code = seal_kept_code({code.duplicate(), plan.authority_kind, plan.authority_name},
                                                      state.membership().identity.recipient());
                     built.add(std::move(statement));
                     made = {invitation.value(), std::string{encoding::code_encode(code).expose_secret()}, not_after};
                     return built;
                 }));
    return made;
}

Result<model::Role> role_of(std::string_view text) {
    const auto role = model::parse_role(text);
    if (!role) return fail(Error{ErrorCode::invalid_input, "role.unknown"}.with("role", std::string{text}));
    return *role;
}

}  // namespace

Result<InvitationMade> invite_member(Agent& agent, std::string_view role_text, std::int64_t hours, Invited whom) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    ROGATORY_TRY(const auto role, role_of(role_text));
    const auto& description = state.own().authority(state.membership().authority)->description;
    return invite(state,
                  {record::InvitationPurpose::member, description.id, description.name, description.kind,
                   record::random_id<model::MemberId>(crypto::system_random()), role, hours, whom == Invited::service});
}

Result<InvitationMade> invite_again(Agent& agent, const Id& member, std::int64_t hours) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    const auto known = state.own().member(model::MemberId{member});
    if (!known || known->authority != state.membership().authority) return fail(ErrorCode::not_found, "member.unknown");
    if (known->service) return fail(ErrorCode::invalid_input, "member.service_rekey");
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
    auto& environment = agent.state().environment;
    ROGATORY_TRY_VOID(environment.server.cancel_invitation(invitation));
    return forget_invited(environment.profile, model::InvitationId{invitation});
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
