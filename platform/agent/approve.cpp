#include <algorithm>

#include "platform/agent/invitation_code.hpp"
#include "platform/agent/people.hpp"
#include "platform/agent/rotate.hpp"
#include "platform/agent/state.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::int64_t kComparisonAbove = 72 * kHour;

std::string_view text_of(record::InvitationPurpose purpose) {
    switch (purpose) {
        case record::InvitationPurpose::member:
            return "member";
        case record::InvitationPurpose::authority:
            return "authority";
        case record::InvitationPurpose::rekey:
            return "rekey";
    }
    ensure(false, "every purpose has a name");
    return {};
}

// An answer that the server brought, checked against code, register and clock (protocol §6).
struct CheckedAnswer {
    record::SignedRecord record;
    KeptCode kept;
};

Result<CheckedAnswer> check_row(const Agent::State& state, const ports::remote::InvitationRow& row,
                                const record::Register::Invitation& invitation) {
    if (!row.record || !row.mac) return fail(ErrorCode::not_found, "invitation.not_answered");
    if (!row.kept_code) return fail(ErrorCode::forbidden, "invitation.not_ours");
    ROGATORY_TRY(auto kept, open_kept_code(*row.kept_code, state.membership().identity));
    const auto secrets = record::derive_invitation(kept.code);
    // The server keeps the file and anybody can make one to this recipient: the register says which code it was.
    if (secrets.commit() != invitation.body.commit) return fail(ErrorCode::integrity, "invitation.kept_code");
    ROGATORY_TRY(auto checked, record::check_answer(as_text(*row.record), *row.mac, secrets.mac, invitation.body,
                                                    state.own().party()));
    return CheckedAnswer{std::move(checked), std::move(kept)};
}

bool comparison_required(const record::Register::Invitation& invitation) {
    return invitation.body.role == model::Role::custodian ||
           invitation.body.not_after - invitation.made_at > kComparisonAbove;
}

std::string digits_alone(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9') digits += c;
    }
    return digits;
}

}  // namespace

Result<std::vector<PendingInvitation>> pending_invitations(Agent& agent) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    // Of this authority, and of those that do not exist yet and that this authority, being the root, invited for.
    std::vector<model::AuthorityId> authorities{state.membership().authority};
    for (const auto& invitation : state.own().invitations()) {
        if (invitation.body.purpose == record::InvitationPurpose::authority && !invitation.spent &&
            state.membership().authority == state.own().root()) {
            authorities.push_back(invitation.body.authority);
        }
    }
    std::vector<PendingInvitation> pending;
    for (const auto& authority : authorities) {
        ROGATORY_TRY(const auto rows, state.environment.server.invitations(authority.value()));
        for (const auto& row : rows) {
            const auto* invitation = state.own().invitation(model::InvitationId{row.invitation_id});
            // What no statement lists does not exist.
            if (invitation == nullptr || invitation->body.authority != authority) continue;
            PendingInvitation view;
            view.invitation = row.invitation_id;
            view.kind = text_of(invitation->body.purpose);
            view.role = model::to_text(invitation->body.role);
            view.service = invitation->body.service;
            view.not_after = invitation->body.not_after;
            view.comparison_required = comparison_required(*invitation);
            view.state = invitation->spent ? "spent" : row.state;
            if (!invitation->spent && row.record) {
                view.state = "answered";
                if (const auto answer = check_row(state, row, *invitation)) {
                    view.display_name = answer->record.record.display_name.text();
                    view.comparison_digits = record::comparison_digits(answer->record.record);
                } else {
                    view.problem = answer.error().key();
                }
            }
            if (view.state != "spent" && view.not_after < state.latest_now() && view.state != "cancelled")
                view.state = "expired";
            pending.push_back(std::move(view));
        }
    }
    return pending;
}

Result<EpochOutcome> approve_invitation(Agent& agent, const Id& id, std::string_view digits) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    ROGATORY_TRY_VOID(state.require_role(model::Role::custodian));
    const model::InvitationId invitation_id{id};
    const auto* invitation = state.own().invitation(invitation_id);
    if (invitation == nullptr) return fail(ErrorCode::not_found, "invitation.unknown");
    if (invitation->spent) return fail(ErrorCode::conflict, "invitation.spent");
    if (invitation->body.not_after < state.latest_now()) return fail(ErrorCode::expired, "invitation.expired");
    const auto body = invitation->body;
    const bool must_compare = comparison_required(*invitation);

    ROGATORY_TRY(const auto rows, state.environment.server.invitations(body.authority.value()));
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& each) { return each.invitation_id == id; });
    if (row == rows.end()) return fail(ErrorCode::not_found, "invitation.unknown");
    ROGATORY_TRY(auto answer, check_row(state, *row, *invitation));
    const auto& answered = answer.record.record;
    if (digits.empty() && must_compare) return fail(ErrorCode::invalid_input, "invitation.digits_needed");
    if (!digits.empty() && digits_alone(digits) != digits_alone(record::comparison_digits(answered))) {
        return fail(ErrorCode::integrity, "invitation.digits_differ");
    }

    ROGATORY_TRY(
        [[maybe_unused]] const auto package, append_settled(state, [&]() -> Result<Package> {
            ROGATORY_TRY(const auto* const known, state.refresh_own());
            const auto* stands = known->replayed.invitation(invitation_id);
            if (stands == nullptr || stands->spent) return fail(ErrorCode::conflict, "invitation.spent");
            Package built;
            const auto add = [&](record::Body content) -> Result<> {
                ROGATORY_TRY(auto statement, state.sign(state.compose(known->replayed.head(), known->replayed.chain(),
                                                                      std::move(content))));
                built.add(std::move(statement));
                return {};
            };
            switch (body.purpose) {
                case record::InvitationPurpose::member: {
                    ROGATORY_TRY(const auto keyring,
                                 reseal_keyring(
                                     state, keyring_audience(state, body.authority, std::nullopt, answered.recipient)));
                    ROGATORY_TRY_VOID(add(record::MemberAdded{answer.record, keyring.sha256}));
                    built.add(keyring);
                    break;
                }
                case record::InvitationPurpose::rekey: {
                    ROGATORY_TRY(const auto rotated,
                                 next_generation(
                                     state, keyring_audience(state, body.authority, body.member, answered.recipient)));
                    ROGATORY_TRY_VOID(add(record::MemberRekeyed{record::RekeyReason::lost, answer.record, rotated.next,
                                                                rotated.keyring.sha256}));
                    built.add(rotated.keyring);
                    break;
                }
                case record::InvitationPurpose::authority:
                    // The keyring came with the answer, made by the authority's own first custodian.
                    ROGATORY_TRY_VOID(add(record::AuthorityAdded{
                        {body.authority, answer.kept.authority_kind, answer.kept.authority_name}, answer.record}));
                    break;
            }
            return built;
        }));
    // `lost` is no removal, but what a finder of the old keys could open must end too.
    if (body.purpose == record::InvitationPurpose::rekey) return start_epochs(agent);
    return EpochOutcome{};
}

}  // namespace rogatory::agent
