#include "platform/service/enrolment_job.hpp"

#include <algorithm>

#include "crypto/age/file.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/record/enrolment_record.hpp"
#include "platform/service/party_rules.hpp"
#include "platform/service/second_factor.hpp"
#include "platform/service/totp.hpp"

namespace rogatory::service {

namespace {

using Kind = ports::InvitationFor;

tl::unexpected<Error> malformed(const char* what) {
    return fail(ErrorCode::invalid_input, "enrolment.malformed", what);
}

// A founder and an administrator wait for nobody's approval.
bool live_at_once(Kind kind) noexcept { return kind == Kind::founder || kind == Kind::administrator; }

}  // namespace

Result<std::vector<AppendJob::Stored>> EnrolmentJob::run(ports::InvitationId id) {
    const auto invitation = repositories_.invitations().find(id);
    if (!invitation || invitation->state == ports::InvitationState::cancelled) {
        return fail(ErrorCode::not_found, "invitation.unknown");
    }
    if (invitation->state != ports::InvitationState::open) return answer_again(*invitation);
    if (invitation->not_after < context_.time.now()) return fail(ErrorCode::not_found, "invitation.unknown");
    const bool joins =
        invitation->kind == Kind::member || invitation->kind == Kind::authority || invitation->kind == Kind::recovery;
    if (joins && request_.bundle.empty()) {
        ROGATORY_TRY_VOID(join(*invitation));
        return std::vector<AppendJob::Stored>{};
    }
    ROGATORY_TRY_VOID(check_shape(*invitation));
    bool service = false;
    if (!live_at_once(invitation->kind)) {
        ROGATORY_TRY(service, is_service(*invitation));
    }
    ROGATORY_TRY_VOID(check_credentials(*invitation, service));
    FirstFactor factor;
    if (!service) {
        ROGATORY_TRY(factor, first_factor(*invitation));
    }

    ports::AccountRow account;
    account.user_name = request_.user_name;
    account.language = request_.language;
    account.sign_in_key = request_.sign_in_key;
    account.kit_key = request_.kit_key;
    account.totp_secret = factor.totp_secret;
    account.totp_last_counter = factor.totp_counter;
    account.created_at = context_.time.now();
    if (invitation->kind == Kind::administrator) account.kind = ports::AccountKindRow::administrator;
    if (invitation->kind == Kind::authority) ROGATORY_TRY_VOID(keep_first_keyring(*invitation));
    if (service) account.kind = ports::AccountKindRow::service;
    ROGATORY_TRY(const auto account_id, make_account(*invitation, account));
    if (factor.passkey) {
        auto passkey = *factor.passkey;
        passkey.account = account_id;
        ROGATORY_TRY_VOID(repositories_.passkeys().add(passkey));
    }
    std::vector<AppendJob::Stored> stored;
    if (invitation->kind == Kind::founder) {
        ROGATORY_TRY(stored, found(*invitation));
        const auto& first = append_->statements.front();
        repositories_.accounts().add_membership(account_id, first.statement().chain,
                                                first.body<record::Founded>()->member);
    } else if (invitation->kind != Kind::administrator && invitation->kind != Kind::rekey) {
        // A rekeyed member's follows with the statement: till then the register's old key is the member's.
        repositories_.accounts().add_membership(account_id, *invitation->register_chain, *invitation->member);
    }
    repositories_.invitations().answer(invitation->id, request_.record, request_.mac, account_id);
    if (live_at_once(invitation->kind)) {
        repositories_.invitations().set_state(invitation->id, ports::InvitationState::spent);
    } else {
        context_.notify(repositories_, "invitation.answered", model::to_hex(invitation->id));
    }
    context_.audit(repositories_, account.user_name, "account.enrolled", model::to_hex(invitation->id),
                   Context::concerns_of(repositories_, *invitation));
    return stored;
}

// A code of the secret that was given out, or a passkey. A member who lost his keys and keeps his account begins with a
// code: a passkey may follow when he is in.
Result<EnrolmentJob::FirstFactor> EnrolmentJob::first_factor(const Invitation& invitation) const {
    FirstFactor first;
    const auto accepted = accepted_factors(repositories_, invitation.register_chain);
    if (!(request_.passkey ? accepted.passkey : accepted.code)) {
        return fail(ErrorCode::forbidden, "access.second_factor");
    }
    if (!request_.passkey) {
        const auto& secret = invitation.totp_secret;
        const auto counter = secret ? match_totp(*secret, request_.totp, context_.clock.now(), 0) : std::nullopt;
        if (!counter) return fail(ErrorCode::invalid_input, "enrolment.totp");
        first.totp_secret = secret;
        first.totp_counter = *counter;
        return first;
    }
    const auto& asked = *request_.passkey;
    if (!request_.totp.empty() || account_kept(invitation)) return fail(ErrorCode::invalid_input, "enrolment.totp");
    // Good once: an invitation is answered once, and a credential stands once on the server.
    if (!context_.challenges.holds(asked.challenge, context_.time.now())) {
        return fail(ErrorCode::invalid_input, "passkey.registration", "challenge");
    }
    ROGATORY_TRY(const auto credential,
                 webauthn::check_registration(relying_party(context_), asked.challenge, asked.registration));
    ports::PasskeyRow row;
    row.credential_id = credential.id;
    row.cose_key = credential.cose_key;
    row.counter = credential.counter;
    row.unlocks = asked.unlocks;
    row.backed_up = credential.backed_up;
    row.created_at = context_.time.now();
    first.passkey = std::move(row);
    return first;
}

// The same bytes once more, after an answer that got lost: told apart from somebody else's by the sign-in key.
Result<std::vector<AppendJob::Stored>> EnrolmentJob::answer_again(const Invitation& invitation) const {
    const auto account =
        invitation.account ? repositories_.accounts().find(*invitation.account) : std::optional<ports::AccountRow>{};
    // A kept account still has its old key; there the record, which only its maker can sign, must do.
    const bool kept = invitation.kind == Kind::rekey;
    const bool alike = account && account->user_name == request_.user_name && invitation.record == request_.record &&
                       (kept || account->sign_in_key == request_.sign_in_key);
    if (!alike) return fail(ErrorCode::conflict, "enrolment.answered");
    if (!append_) return std::vector<AppendJob::Stored>{};
    return found(invitation);
}

Result<> EnrolmentJob::join(const Invitation& invitation) const {
    const bool keyring_alone = request_.append && request_.append->envelopes.empty();
    if (append_ || (invitation.kind == Kind::authority) != keyring_alone) return malformed("append");
    const auto account = repositories_.accounts().find_by_name(request_.user_name);
    const bool known = account && account->kind == ports::AccountKindRow::member && !account->suspended_at &&
                       account->sign_in_key == request_.sign_in_key;
    if (!known) return fail(ErrorCode::invalid_input, "enrolment.not_yours");
    SecondFactor answer;
    if (request_.assertion) {
        answer.passkey = request_.assertion;
    } else {
        answer.totp = request_.totp;
    }
    if (!accepted_factors(repositories_, account->id).take(answer) ||
        !accepted_factors(repositories_, invitation.register_chain).take(answer)) {
        return fail(ErrorCode::forbidden, "access.second_factor");
    }
    const bool holds = !answer.passkey || context_.challenges.holds(request_.challenge, context_.time.now());
    const auto factor = prove(context_, repositories_, *account, request_.challenge, answer);
    if (!holds || !factor.right() || !spend(context_, repositories_, *account, factor)) {
        return fail(ErrorCode::invalid_input, "enrolment.totp");
    }
    ROGATORY_TRY(const bool service, is_service(invitation));
    if (service) return malformed("a service has an account of its own");
    if (invitation.kind == Kind::authority) ROGATORY_TRY_VOID(keep_first_keyring(invitation));
    repositories_.accounts().add_membership(account->id, *invitation.register_chain, *invitation.member);
    repositories_.invitations().answer(invitation.id, request_.record, request_.mac, account->id);
    context_.notify(repositories_, "invitation.answered", model::to_hex(invitation.id));
    context_.audit(repositories_, account->user_name, "account.joined", model::to_hex(invitation.id),
                   Context::concerns_of(repositories_, invitation));
    return {};
}

Result<> EnrolmentJob::check_shape(const Invitation& invitation) const {
    if ((invitation.kind == Kind::founder) != append_.has_value()) return malformed("append");
    const bool keyring_alone = request_.append && request_.append->envelopes.empty();
    if ((invitation.kind == Kind::authority) != keyring_alone) return malformed("append");
    if ((invitation.kind == Kind::administrator) != request_.bundle.empty()) return malformed("bundle");
    return {};
}

// A person has a recovery sheet and a second factor; a machine has its key file, and could only keep the others beside
// it. One that lost its key file is invited anew as another member, so that the keys of the one before end at once.
Result<> EnrolmentJob::check_credentials(const Invitation& invitation, bool service) const {
    if (!service) return request_.kit_key ? Result<>{} : Result<>{malformed("kit_key")};
    if (invitation.kind != Kind::member) return malformed("a service is invited as a new member");
    if (request_.kit_key || request_.answers_second_factor()) return malformed("a service has its key file alone");
    return {};
}

Result<> EnrolmentJob::keep_first_keyring(const Invitation& invitation) const {
    const auto parsed = record::parse_signed_record(as_text(request_.record));
    if (!parsed || !parsed->record.first_generation) return malformed("record");
    const auto& blobs = request_.append->blobs;
    if (blobs.size() != 1 || blobs.front().sha256 != parsed->record.first_generation->keyring ||
        crypto::sha256(blobs.front().data) != blobs.front().sha256) {
        return fail(ErrorCode::invalid_input, "blob.digest");
    }
    const auto profile = age::Profile::keyring(1);
    const auto seen = age::inspect(blobs.front().data, profile.header_bytes);
    if (!seen || !*seen || !(*seen)->fits(profile)) return fail(ErrorCode::invalid_input, "blob.stanzas");
    ports::InlineBlobRow row{.sha256 = blobs.front().sha256,
                             .kind = ports::BlobKind::keyring,
                             .authority = parsed->record.authority,
                             .member = std::nullopt,
                             .data = blobs.front().data,
                             .withdrawn_at = std::nullopt};
    if (!repositories_.records().add_blob(*invitation.register_chain, row)) {
        return fail(ErrorCode::invalid_input, "blob.reused");
    }
    return {};
}

Result<bool> EnrolmentJob::is_service(const Invitation& invitation) const {
    const auto parsed = record::parse_signed_record(as_text(request_.record));
    if (!parsed) return malformed("record");
    const auto party = repositories_.parties().find_by_register(*invitation.register_chain);
    ensure(party && party->founded_id, "an invitation of a register has its Party");
    const auto& said = parsed->record;
    // A recovery stands on its holders' approvals of the record, not on an invitation of the register.
    const auto named = invitation.kind == Kind::recovery ? std::optional<model::InvitationId>{} : invitation.id;
    const bool fits = said.invitation == named && said.party == *party->founded_id &&
                      said.authority == invitation.authority && said.member == invitation.member &&
                      said.role == invitation.role && parsed->signature_holds();
    if (!fits) return malformed("record differs from its invitation");
    return said.service;
}

// The account of a member who lost his keys and keeps his user name; nothing for everybody else.
std::optional<std::int64_t> EnrolmentJob::account_kept(const Invitation& invitation) const {
    if (invitation.kind != Kind::rekey) return std::nullopt;
    const auto existing = repositories_.accounts().find_by_name(request_.user_name);
    if (!existing) return std::nullopt;
    const auto owners = repositories_.accounts().accounts_of(*invitation.register_chain, *invitation.member);
    if (std::find(owners.begin(), owners.end(), existing->id) == owners.end()) return std::nullopt;
    return existing->id;
}

// A new account with its bundle. One that is kept stays as it is until the register names the new key: a code alone,
// which may have been overheard, neither opens nor closes anything.
Result<std::int64_t> EnrolmentJob::make_account(const Invitation& invitation, const ports::AccountRow& account) const {
    if (const auto kept = account_kept(invitation)) {
        repositories_.invitations().keep_credentials(invitation.id, {.account = *kept,
                                                                     .sign_in_key = account.sign_in_key,
                                                                     .kit_key = account.kit_key,
                                                                     .totp_secret = *account.totp_secret,
                                                                     .totp_last_counter = account.totp_last_counter,
                                                                     .bundle = request_.bundle});
        return *kept;
    }
    ROGATORY_TRY(const auto made, repositories_.accounts().create(account));
    if (!request_.bundle.empty()) repositories_.accounts().set_bundle(made, 1, request_.bundle);
    return made;
}

Result<std::vector<AppendJob::Stored>> EnrolmentJob::found(const Invitation& invitation) const {
    if (invitation.kind != Kind::founder || append_->statements.front().kind() != record::Kind::founded) {
        return malformed("append");
    }
    const auto party = repositories_.parties().find_by_id(*invitation.party);
    ensure(party.has_value(), "a founder's invitation has its Party");
    if (party->suspended_at) return fail(ErrorCode::not_found, "invitation.unknown");
    static const std::vector<Membership> kNone;
    const Appender appender{request_.user_name, Scope::enrolment, AccountKind::member, kNone,
                            Appender::Founding{party->id, party->code, invitation.member}};
    return AppendJob{context_, repositories_, appender, *append_}.run();
}

}  // namespace rogatory::service
