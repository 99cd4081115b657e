#include "platform/service/recoveries.hpp"

#include <algorithm>

#include "platform/base/try.hpp"
#include "platform/record/invitation.hpp"
#include "platform/service/access.hpp"
#include "platform/service/chain_cache.hpp"
#include "platform/service/context_state.hpp"

namespace rogatory::service {

namespace {

constexpr std::size_t kMaxKeptCode = 4096;

// How a caller stands to an authority's recovery, and in which register.
struct Standing {
    Tie tie{Tie::none};
    std::optional<Role> role;
    ports::ChainId register_chain;
    std::optional<ports::InvitationId> own;  // of a candidate
};

bool holds_part(const record::Register& party, const model::AuthorityId& authority, const Membership& membership) {
    const auto set = party.recovery(authority);
    const record::RecoveryShare::Holder holder{membership.authority, membership.member};
    return set && std::any_of(set->shares.begin(), set->shares.end(),
                              [&](const record::RecoveryShare& share) { return share.holder == holder; });
}

Standing standing_of(const Principal& principal, const ChainStates& states, ports::AuthorityId authority) {
    Standing custodian;
    for (const auto& membership : principal.memberships()) {
        if (membership.suspended) continue;
        const auto* const party = states.by_chain(membership.register_chain);
        if (party == nullptr || party->authority(authority) == nullptr) continue;
        if (holds_part(*party, authority, membership))
            return {Tie::holder, membership.role, membership.register_chain, std::nullopt};
        if (membership.authority == authority)
            custodian = {Tie::authority, membership.role, membership.register_chain, std::nullopt};
    }
    if (custodian.tie != Tie::none) return custodian;
    for (const auto& candidacy : principal.candidacies()) {
        if (candidacy.authority == authority)
            return {Tie::candidate, std::nullopt, candidacy.register_chain, candidacy.invitation};
    }
    return {};
}

}  // namespace

Result<> Recoveries::begin(const Principal& principal, const RecoveryRequest& request) {
    const auto malformed = [](const char* what) {
        return fail(ErrorCode::invalid_input, "invitation.malformed", what);
    };
    ROGATORY_TRY_VOID(permit(principal, Act::use_account));
    if (request.card.empty() || request.card.size() > record::kMaxCardBytes) return malformed("card");
    if (request.kept_code.empty() || request.kept_code.size() > kMaxKeptCode) return malformed("kept code");
    return context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        const ChainStates states{context_.chains, repositories};
        const auto standing = standing_of(principal, states, request.authority);
        ROGATORY_TRY_VOID(permit(principal, Act::begin_recovery, standing.tie, standing.role));
        if (!principal.stepped_up()) return fail(ErrorCode::forbidden, "session.step_up");
        const auto now = context_.time.now();
        if (request.not_after <= now || request.not_after > now + record::Register::kMaxInvitation) {
            return fail(ErrorCode::invalid_input, "void.invitation_period");
        }
        ports::InvitationRow row;
        row.id = request.invitation;
        row.kind = ports::InvitationFor::recovery;
        row.register_chain = standing.register_chain;
        row.authority = request.authority;
        row.member = request.member;
        row.role = Role::custodian;
        row.not_after = request.not_after;
        row.redeem_sha256 = request.redeem_sha256;
        row.card = request.card;
        row.kept_code = request.kept_code;
        row.inviter = principal.account();
        row.made_at = context_.time.now();
        ROGATORY_TRY_VOID(repositories.invitations().create(row));
        context_.audit(repositories, principal.user_name(), "recovery.begun", model::to_hex(request.authority),
                       Context::concerns_of(repositories, standing.register_chain, std::nullopt));
        context_.notify(repositories, "recovery.begun", model::to_hex(request.authority));
        return {};
    });
}

Result<std::vector<InvitationItem>> Recoveries::list(const Principal& principal, ports::AuthorityId authority) {
    const auto now = context_.time.now();
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<std::vector<InvitationItem>> {
        const ChainStates states{context_.chains, repositories};
        const auto standing = standing_of(principal, states, authority);
        ROGATORY_TRY_VOID(permit(principal, Act::see_candidates, standing.tie, standing.role));
        std::vector<InvitationItem> items;
        for (auto& row : repositories.invitations().list(standing.register_chain, authority)) {
            if (row.kind != ports::InvitationFor::recovery) continue;
            if (standing.own && row.id != *standing.own) continue;
            items.push_back(invitation_item(std::move(row), principal, now));
        }
        return items;
    });
}

}  // namespace rogatory::service
