#include "platform/service/enrolment.hpp"

#include <algorithm>

#include "crypto/password.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/primitives/sha256.hpp"
#include "crypto/sign.hpp"
#include "platform/base/try.hpp"
#include "platform/record/enrolment_record.hpp"
#include "platform/service/access.hpp"
#include "platform/service/access_rules.hpp"
#include "platform/service/context_state.hpp"
#include "platform/service/enrolment_job.hpp"
#include "platform/service/session_start.hpp"

namespace rogatory::service {

namespace {

constexpr Throttle::Limit kWrongRedeems{20, 2};

tl::unexpected<Error> unknown() { return fail(ErrorCode::not_found, "invitation.unknown"); }
bool is_user_name(const std::string& name) {
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto plain = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'; };
    return name.size() >= 3 && name.size() <= 64 && letter(name.front()) &&
           std::all_of(name.begin(), name.end(), plain);
}

EnrolmentState state_of(const ports::Repositories& repositories, const ports::InvitationRow& invitation) {
    if (invitation.state == ports::InvitationState::open) return EnrolmentState::open;
    const bool at_once =
        invitation.kind == ports::InvitationFor::founder || invitation.kind == ports::InvitationFor::administrator;
    if (at_once) return EnrolmentState::live;
    // Live when the register names this member with the key of this very record.
    const auto record = record::parse_signed_record(as_text(invitation.record));
    const auto member = repositories.parties().find_member(*invitation.register_chain, *invitation.member);
    const bool live = record && member && member->signing_key_sha256 == record::key_digest(record->record.key);
    return live ? EnrolmentState::live : EnrolmentState::answered;
}

// For whoever the invitee telephones; the invitee reads the same sentence in every case.
const char* why_unknown(const std::optional<ports::InvitationRow>& invitation, UnixSeconds now) {
    if (!invitation) return "invitation_unknown";
    if (invitation->state == ports::InvitationState::spent) return "invitation_spent";
    return invitation->not_after < now ? "invitation_expired" : "invitation_cancelled";
}

}  // namespace

Result<Redeemed> Enrolment::redeem(ByteView redeem, std::string_view address) {
    const auto from = Throttle::by_address(address);
    if (!context_.throttle.allows("redeem", from, kWrongRedeems)) return fail(ErrorCode::too_many, "sign_in.wait");
    const auto digest = crypto::sha256(redeem);
    const auto now = context_.time.now();
    const char* cause = "";
    auto redeemed = context_.store.write([&](ports::Repositories& repositories) -> Result<Redeemed> {
        const auto invitation = repositories.invitations().find_by_redeem(digest);
        cause = why_unknown(invitation, now);
        if (!invitation) return unknown();
        const bool usable =
            invitation->state == ports::InvitationState::open || invitation->state == ports::InvitationState::answered;
        if (!usable || invitation->not_after < now) return unknown();
        repositories.sessions().remove_of_invitation(invitation->id);
        auto session = start_session(context_, repositories, Scope::enrolment, std::nullopt, invitation->id);
        context_.audit(repositories, "", "invitation.redeemed", model::to_hex(invitation->id),
                       Context::concerns_of(repositories, *invitation));
        return Redeemed{std::move(session), invitation->id, static_cast<InvitationKind>(invitation->kind),
                        invitation->card};
    });
    if (!redeemed && redeemed.error().code() == ErrorCode::not_found) {
        context_.throttle.count("redeem", from, kWrongRedeems);
        auto error = redeemed.error();
        const auto code = context_.support.give({.cause = cause, .at = now, .user_name = {}}, from);
        return fail(std::move(error).with("support", code));
    }
    return redeemed;
}

Result<ByteArray<20>> Enrolment::totp_secret(const Principal& principal) {
    ROGATORY_TRY_VOID(permit(principal, Act::enrol));
    const auto secret = crypto::system_random().bytes<20>();
    return context_.store.write([&](ports::Repositories& repositories) -> Result<ByteArray<20>> {
        const auto invitation = repositories.invitations().find(*principal.invitation());
        if (!invitation || invitation->state != ports::InvitationState::open) {
            return fail(ErrorCode::conflict, "enrolment.answered");
        }
        repositories.invitations().set_totp(invitation->id, secret);
        return secret;
    });
}

Result<std::vector<Appended>> Enrolment::enrol(const Principal& principal, const EnrolmentRequest& request) {
    ROGATORY_TRY_VOID(permit(principal, Act::enrol));
    if (!is_user_name(request.user_name)) return fail(ErrorCode::invalid_input, "enrolment.user_name");
    if (request.language != "en" && request.language != "fr") {
        return fail(ErrorCode::invalid_input, "enrolment.language");
    }
    if (request.bundle.size() > context_.settings.max_bundle) return fail(ErrorCode::too_large, "bundle.too_large");
    std::optional<ParsedAppend> parsed;
    // The first custodian of a further authority brings the keyring of its generation 1 and no statement.
    if (request.append && !request.append->envelopes.empty()) {
        ROGATORY_TRY(parsed, ParsedAppend::parse(context_.settings, *request.append));
    }
    ROGATORY_TRY(const auto stored, write_append(context_, [&](ports::Repositories& repositories) {
                     const auto before = repositories.invitations().find(*principal.invitation());
                     auto answered = EnrolmentJob{context_, repositories, request, parsed}.run(*principal.invitation());
                     // The same bytes once more are answered as before, and show no second factor. A service has none.
                     if (answered && before && before->state == ports::InvitationState::open &&
                         request.answers_second_factor()) {
                         repositories.sessions().stepped_up(principal.session(), context_.time.now());
                     }
                     return answered;
                 }));
    return prove(context_, stored);
}

Result<EnrolmentState> Enrolment::state(const Principal& principal) {
    ROGATORY_TRY_VOID(permit(principal, Act::enrol));
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<EnrolmentState> {
        const auto invitation = repositories.invitations().find(*principal.invitation());
        if (!invitation) return unknown();
        return state_of(repositories, *invitation);
    });
}

Result<SignedIn> Enrolment::enter(const Principal& principal, ByteView challenge, const ByteArray<64>& signature,
                                  std::shared_ptr<const std::vector<Bytes>> chain) {
    const Circumstances how{.address = {}, .chain = std::move(chain)};
    ROGATORY_TRY_VOID(permit(principal, Act::enrol));
    const auto now = context_.time.now();
    const auto refused = [] { return fail(ErrorCode::unauthenticated, "sign_in.refused"); };
    return context_.store.write([&](ports::Repositories& repositories) -> Result<SignedIn> {
        const auto session = repositories.sessions().find(principal.session());
        const auto invitation = repositories.invitations().find(*principal.invitation());
        if (!session || !invitation) return unknown();
        // Another session of this code, begun after the answer, has shown no second factor.
        if (session->stepped_up_at == 0) return refused();
        if (!invitation->account || state_of(repositories, *invitation) != EnrolmentState::live) {
            return fail(ErrorCode::conflict, "enrolment.waiting");
        }
        const auto account = repositories.accounts().find(*invitation->account);
        if (!account || account->suspended_at) return refused();
        const auto text = crypto::sign_in_text(context_.settings.origin, account->user_name, challenge);
        if (!crypto::VerifyKey{account->sign_in_key}.verify(text, crypto::Signature{signature})) return refused();
        if (!context_.challenges.holds(challenge, now) || !context_.challenges.spend(challenge, now)) return refused();
        repositories.accounts().seen(account->id, now - now % kDay);
        auto entered = admit_session(context_, repositories, *session, account->id);
        if (const auto shown = how.certificate()) {
            const auto began = repositories.sessions().find_by_token(token_digest(entered.token));
            repositories.sessions().began_with(began->id, *shown);
        }
        context_.audit(repositories, account->user_name, "session.started", "enrolment");
        return entered;
    });
}

}  // namespace rogatory::service
