#include "platform/agent/check_invitation.hpp"

#include "platform/agent/log_view.hpp"
#include "platform/agent/register_book.hpp"
#include "platform/base/try.hpp"
#include "platform/record/fingerprint.hpp"
#include "platform/record/founding_sheet.hpp"

namespace rogatory::agent {

using ports::remote::InvitationKind;

namespace {

tl::unexpected<Error> differs(std::string_view what) {
    return fail(Error{ErrorCode::integrity, "invitation.differs"}.with("what", std::string{what}));
}

}  // namespace

Result<CheckedInvitation> check_invitation(Environment& environment, const EnrolmentOrder& order,
                                           const ports::remote::Redeemed& redeemed,
                                           const record::InvitationSecrets& secrets, Invitee invitee) {
    const model::InvitationId invitation{redeemed.invitation_id};
    ROGATORY_TRY(auto card, record::open_card(redeemed.card, secrets.card, invitation));
    if (!order.sheet.empty()) {
        ROGATORY_TRY(const auto sheet, record::FoundingSheet::parse(order.sheet));
        if (sheet.server != order.server)
            return fail(Error{ErrorCode::integrity, "sheet.another_server"}.with("server", sheet.server));
        ROGATORY_TRY(const auto on_sheet, record::LogPolicy::parse(sheet.log_policy));
        ROGATORY_TRY(const auto on_card, record::LogPolicy::parse(card.log_policy));
        // Witnesses may have changed since the sheet was printed; the log and its key may not.
        if (on_sheet.log() != on_card.log()) return differs("log");
        for (const auto& row : sheet.parties) {
            if (row.code == card.code && row.party != card.party) return differs("party");
        }
    }
    ROGATORY_TRY(auto log, LogView::make(card.log_policy));
    // What this device has verified binds here, too; a profile without an account may hold another server's.
    if (invitee == Invitee::known_here) ROGATORY_TRY_VOID(log.restore(environment.profile));
    ROGATORY_TRY_VOID(log.advance(environment));
    ROGATORY_TRY_VOID(log.require_fresh(environment.clock));
    RegisterBook book;
    ROGATORY_TRY(const auto* const known, book.update(environment, log, card.register_chain));
    if (known->copy.incomplete()) return fail(ErrorCode::integrity, "register.incomplete");
    const auto& reg = known->replayed;
    const auto& items = known->copy.items();
    if (!reg.founded() || reg.party() != card.party || reg.code() != card.code) return differs("party");
    if (card.register_length == 0 || items.size() < card.register_length ||
        items[card.register_length - 1].statement.id() != card.register_head) {
        return differs("register");
    }
    const auto at_card = items[card.register_length - 1].index + 1;
    if (reg.log_policy(at_card).text() != card.log_policy) return differs("log");
    if (redeemed.kind == InvitationKind::recovery) {
        // No statement stands behind it: the authority it is for must have holders who can decide.
        const auto* lost = reg.authority(card.authority);
        const bool recoverable = lost != nullptr && reg.recovery(card.authority) &&
                                 lost->description.name == card.authority_name && card.role == model::Role::custodian &&
                                 !card.service && !reg.member(card.member);
        if (!recoverable) return differs("authority");
        return CheckedInvitation{std::move(card), std::nullopt, log.head()};
    }
    const auto* stands = reg.invitation(invitation);
    if (stands == nullptr) return differs("invitation");
    const auto& invited = stands->body;
    if (stands->spent) return fail(ErrorCode::conflict, "invitation.spent");
    if (invited.authority != card.authority || invited.member != card.member || invited.role != card.role ||
        invited.service != card.service || invited.commit != secrets.commit()) {
        return differs("invitation");
    }
    const auto purpose = redeemed.kind == InvitationKind::authority ? record::InvitationPurpose::authority
                         : redeemed.kind == InvitationKind::rekey   ? record::InvitationPurpose::rekey
                                                                    : record::InvitationPurpose::member;
    if (invited.purpose != purpose) return differs("purpose");
    const auto* authority = reg.authority(card.authority);
    if ((authority == nullptr) != (purpose == record::InvitationPurpose::authority)) return differs("authority");
    if (authority != nullptr && authority->description.name != card.authority_name) return differs("authority");
    return CheckedInvitation{std::move(card), invited, log.head()};
}

Result<Welcome> welcome_of(const std::string& server, const ports::remote::Redeemed& redeemed,
                           const record::WelcomeCard& card) {
    Welcome welcome;
    welcome.kind = redeemed.kind == InvitationKind::authority  ? "authority"
                   : redeemed.kind == InvitationKind::rekey    ? "rekey"
                   : redeemed.kind == InvitationKind::recovery ? "recovery"
                                                               : "member";
    welcome.server = server;
    welcome.party_code = card.code.text();
    welcome.party_digits = record::fingerprint_digits(card.party);
    welcome.authority_name = card.authority_name.text();
    welcome.role = model::to_text(card.role);
    welcome.policy = card.log_policy;
    ROGATORY_TRY(const auto policy, record::LogPolicy::parse(card.log_policy));
    welcome.log_origin = policy.origin();
    return welcome;
}

}  // namespace rogatory::agent
