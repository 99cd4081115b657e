#include "platform/service/invitations.hpp"

#include "platform/base/try.hpp"
#include "platform/record/invitation.hpp"
#include "platform/service/access.hpp"
#include "platform/service/append_job.hpp"
#include "platform/service/session_start.hpp"

namespace rogatory::service {

namespace {

constexpr std::size_t kMaxKeptCode = 4096;

ports::InvitationFor purpose_of(record::InvitationPurpose purpose) noexcept {
    switch (purpose) {
        case record::InvitationPurpose::member:
            return ports::InvitationFor::member;
        case record::InvitationPurpose::authority:
            return ports::InvitationFor::authority;
        case record::InvitationPurpose::rekey:
            break;
    }
    return ports::InvitationFor::rekey;
}

std::string state_name(const ports::InvitationRow& row, UnixSeconds now) {
    switch (row.state) {
        case ports::InvitationState::open:
            return row.not_after < now ? "expired" : "open";
        case ports::InvitationState::answered:
            return "answered";
        case ports::InvitationState::spent:
            return "spent";
        case ports::InvitationState::cancelled:
            break;
    }
    return "cancelled";
}

// The membership by which a caller may look after an authority's invitations: one in it, or one in the root authority
// of the same Party (which invites the first custodian of an authority that is not there yet).
struct Looking {
    const Membership* membership{nullptr};
    Tie tie{Tie::none};
};
Looking looking_after(const Principal& principal, ports::ChainId register_chain, ports::AuthorityId authority) {
    Looking best;
    for (const auto& membership : principal.memberships()) {
        if (membership.suspended || membership.register_chain != register_chain) continue;
        if (membership.authority == authority) return {&membership, Tie::authority};
        if (membership.root_authority) best = {&membership, Tie::root_of_party};
    }
    return best;
}

// Sent once more after a time-out.
bool is_same(const ports::InvitationRow& existing, const InvitationRequest& request) {
    return existing.redeem_sha256 == request.redeem_sha256 && existing.card == request.card;
}

std::optional<Role> role_of(const Looking& looking) {
    return looking.membership ? std::optional{looking.membership->role} : std::nullopt;
}

}  // namespace

InvitationItem invitation_item(ports::InvitationRow row, const Principal& principal, UnixSeconds now) {
    InvitationItem item;
    item.invitation = row.id;
    item.authority = *row.authority;
    item.role = to_text(row.role);
    item.state = state_name(row, now);
    item.not_after = row.not_after;
    if (!row.record.empty()) {
        item.record = std::move(row.record);
        item.mac = std::move(row.mac);
    }
    if (row.inviter == principal.account()) item.kept_code = std::move(row.kept_code);
    return item;
}

Result<std::vector<Appended>> Invitations::invite(const Principal& principal, const InvitationRequest& request) {
    const auto malformed = [](const char* what) {
        return fail(ErrorCode::invalid_input, "invitation.malformed", what);
    };
    ROGATORY_TRY_VOID(permit(principal, Act::use_account));
    if (request.card.empty() || request.card.size() > record::kMaxCardBytes) return malformed("card");
    if (request.kept_code.empty() || request.kept_code.size() > kMaxKeptCode) return malformed("kept code");
    ROGATORY_TRY(const auto parsed, ParsedAppend::parse(context_.settings, request.append));
    const record::SignedStatement* invited = nullptr;
    const record::Invited* found = nullptr;
    for (const auto& statement : parsed.statements) {
        const auto* const candidate = statement.body<record::Invited>();
        if (candidate == nullptr || candidate->invitation != request.invitation) continue;
        invited = &statement;
        found = candidate;
    }
    if (invited == nullptr || found == nullptr) return malformed("no such invited statement");
    if (const auto standing = standing_already(context_, principal.memberships(), parsed)) {
        const auto existing = context_.store.read([&](const ports::Repositories& repositories) {
            return repositories.invitations().find(request.invitation);
        });
        if (existing && is_same(*existing, request)) return prove(context_, *standing);
    }
    ROGATORY_TRY_VOID(require_step_up(principal, parsed));
    const auto& body = *found;
    const auto looking = looking_after(principal, invited->statement().chain, body.authority);
    ROGATORY_TRY_VOID(permit(principal, Act::invite, looking.tie, role_of(looking)));

    const Appender appender{principal.user_name(), principal.scope(), principal.kind(), principal.memberships(),
                            std::nullopt};
    ROGATORY_TRY(
        const auto stored,
        write_append(context_, [&](ports::Repositories& repositories) -> Result<std::vector<AppendJob::Stored>> {
            ROGATORY_TRY(auto done, AppendJob(context_, repositories, appender, parsed).run());
            const auto existing = repositories.invitations().find(request.invitation);
            if (existing) {
                if (is_same(*existing, request)) return done;
                return fail(ErrorCode::conflict, "invitation.exists");
            }
            ports::InvitationRow row;
            row.id = request.invitation;
            row.kind = purpose_of(body.purpose);
            row.register_chain = invited->statement().chain;
            row.authority = body.authority;
            row.member = body.member;
            row.role = body.role;
            row.not_after = body.not_after;
            row.redeem_sha256 = request.redeem_sha256;
            row.card = request.card;
            row.kept_code = request.kept_code;
            row.inviter = principal.account();
            row.made_at = context_.time.now();
            ROGATORY_TRY_VOID(repositories.invitations().create(row));
            return done;
        }));
    return prove(context_, stored);
}

Result<std::vector<InvitationItem>> Invitations::list(const Principal& principal, ports::AuthorityId authority) {
    const auto now = context_.time.now();
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<std::vector<InvitationItem>> {
        std::vector<InvitationItem> items;
        bool may = false;
        Result<> refusal = not_there();
        for (const auto& own : principal.memberships()) {
            const auto looking = looking_after(principal, own.register_chain, authority);
            // Another authority of the Party that exists is its own custodians' business alone.
            const bool exists = repositories.parties().find_by_authority(authority).has_value();
            if (own.suspended || (looking.tie == Tie::root_of_party && exists)) continue;
            if (auto permitted = permit(principal, Act::invite, looking.tie, role_of(looking)); !permitted) {
                if (permitted.error().code() == ErrorCode::forbidden) refusal = permitted;
                continue;
            }
            if (may) continue;
            may = true;
            for (auto& row : repositories.invitations().list(own.register_chain, authority)) {
                if (row.kind == ports::InvitationFor::recovery) continue;  // recoveries.hpp
                items.push_back(invitation_item(std::move(row), principal, now));
            }
        }
        if (!may) return fail(refusal.error());
        return items;
    });
}

Result<> Invitations::cancel(const Principal& principal, ports::InvitationId invitation) {
    return context_.store.write([&](ports::Repositories& repositories) -> Result<> {
        const auto row = repositories.invitations().find(invitation);
        if (!row || !row->register_chain || !row->authority) return not_there();
        const bool own_recovery =
            row->kind == ports::InvitationFor::recovery && row->inviter && row->inviter == principal.account();
        auto looking = looking_after(principal, *row->register_chain, *row->authority);
        // Whoever began a recovery may take it back; it never comes back to the authority that cannot act.
        if (own_recovery && looking.tie != Tie::authority && !principal.memberships().empty()) {
            looking = {&principal.memberships().front(), Tie::authority};
        }
        // As in list(): an authority that exists is its own custodians' business alone.
        if (looking.tie == Tie::root_of_party && repositories.parties().find_by_authority(*row->authority)) {
            return not_there();
        }
        ROGATORY_TRY_VOID(permit(principal, Act::invite, looking.tie, role_of(looking)));
        if (row->state == ports::InvitationState::spent) return fail(ErrorCode::conflict, "invitation.spent");
        repositories.invitations().set_state(invitation, ports::InvitationState::cancelled);
        repositories.sessions().remove_of_invitation(invitation);
        context_.audit(repositories, principal.user_name(), "invitation.cancelled", model::to_hex(invitation),
                       Context::concerns_of(repositories, *row->register_chain, std::nullopt));
        return {};
    });
}

}  // namespace rogatory::service
