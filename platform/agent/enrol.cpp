#include "platform/agent/enrol.hpp"

#include <algorithm>

#include "crypto/encoding/crockford.hpp"
#include "platform/agent/check_invitation.hpp"
#include "platform/agent/enrol_progress.hpp"
#include "platform/agent/found.hpp"
#include "platform/agent/keyring.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/register_book.hpp"
#include "platform/agent/service_key.hpp"
#include "platform/agent/totp_text.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/record/fingerprint.hpp"
#include "platform/record/founding_sheet.hpp"

namespace rogatory::agent {
namespace {

using ports::remote::InvitationKind;

struct Credentials {
    crypto::AccountKey account_key;
    crypto::KitSecret kit_secret;
    KitKeys kit;
    PassphraseKeys passphrase;
};

Result<Credentials> make_credentials(const Account& account, std::string_view passphrase) {
    auto& random = crypto::system_random();
    auto account_key = crypto::AccountKey::random(random);
    auto kit_secret = crypto::KitSecret::random(random);
    auto kit = kit_keys(account_key, kit_secret);
    ROGATORY_TRY(auto keys, passphrase_keys(passphrase, account_key, account));
    return Credentials{std::move(account_key), std::move(kit_secret), std::move(kit), std::move(keys)};
}

// The session that the code opened has served. An answer that gets lost costs a row in a list until it expires.
void end_enrolment_session(Environment& environment) { (void)environment.server.sign_out(); }

// It may have been taken: nothing that was made for it is given up.
tl::unexpected<Error> unsettled(const Error& why) {
    return fail(ErrorCode::unavailable, "enrolment.unsettled", why.key());
}

// The one request, whose answer may get lost, or not be kept. Any other error than "enrolment.unsettled" is from before
// it was taken: whoever keeps a key for it may remove that.
Result<EnrolmentOutcome> settle(Environment& environment, const ports::remote::Enrolment& request,
                                EnrolmentOutcome outcome) {
    ROGATORY_TRY_VOID(remember_enrolment(environment.profile, outcome, "posting"));
    auto answered = environment.server.enrol(request);
    if (!answered) {
        const auto& error = answered.error();
        // What is no answer of this server's does not say what became of the request.
        if (error.code() == ErrorCode::unavailable || error.code() == ErrorCode::integrity ||
            error.key() == "client.answer_not_understood")
            return unsettled(error);
        return fail(std::move(answered).error());
    }
    if (const auto adopted = adopt_pending_account(environment.profile); !adopted) return unsettled(adopted.error());
    if (const auto kept = remember_enrolment(environment.profile, outcome, "posted"); !kept)
        return unsettled(kept.error());
    end_enrolment_session(environment);
    return outcome;
}

// The last steps are the same for every person: second factor, kit, device, one request.
Result<EnrolmentOutcome> post(Environment& environment, const Account& account, const Credentials& credentials,
                              ports::remote::Enrolment request, EnrolmentOutcome outcome, EnrolmentDialogue& dialogue) {
    ROGATORY_TRY(const auto secret, environment.server.totp_secret());
    ROGATORY_TRY(request.totp, dialogue.second_factor(totp_setup(account, secret)));
    ROGATORY_TRY_VOID(dialogue.keep_kit(write_kit(account, credentials.account_key, credentials.kit_secret)));
    request.user_name = account.user_name;
    request.language = account.language;
    request.sign_in_key = credentials.passphrase.sign_in.verify_key().bytes();
    request.kit_key = credentials.kit.sign_in.verify_key().bytes();
    // On disk before the server knows of it: an answer that is lost on the way leaves an account that can be opened.
    ROGATORY_TRY_VOID(save_pending_account(environment.profile, account, credentials.account_key,
                                           credentials.kit.sign_in.verify_key()));
    return settle(environment, request, std::move(outcome));
}

record::UserBundle first_bundle(const Credentials& credentials, record::UserBundle::Membership membership) {
    using Use = record::UserBundle::RecipientUse;
    record::UserBundle bundle;
    bundle.version = 1;
    bundle.recipients.push_back({Use::unlock, credentials.passphrase.unlock.recipient()});
    bundle.recipients.push_back({Use::kit, credentials.kit.identity.recipient()});
    bundle.memberships.push_back(std::move(membership));
    return bundle;
}

Result<EnrolmentOutcome> enrol_administrator(Environment& environment, const EnrolmentOrder& order,
                                             EnrolmentDialogue& dialogue) {
    const Account account{order.server, order.user_name, "administrator", order.language};
    ROGATORY_TRY_VOID(dialogue.confirm({"administrator", order.server, {}, {}, {}, {}, {}, {}, {}}));
    ROGATORY_TRY(const auto credentials, make_credentials(account, order.passphrase));
    return post(environment, account, credentials, {}, {"live", {}, {}, {}}, dialogue);
}

Result<EnrolmentOutcome> enrol_founder(Environment& environment, const EnrolmentOrder& order,
                                       const ports::remote::Redeemed& redeemed,
                                       const record::InvitationSecrets& secrets, EnrolmentDialogue& dialogue) {
    ROGATORY_TRY(auto founding, prepare_founding(environment, order, redeemed, secrets));
    Welcome welcome;
    welcome.kind = "founder";
    welcome.server = order.server;
    welcome.party_code = order.found_code;
    welcome.authority_name = order.authority_name;
    welcome.role = "custodian";
    welcome.log_origin = founding.log_origin;
    welcome.policy = founding.sheet.log_policy;
    if (founding.sheet.registry) welcome.party_digits = record::fingerprint_digits(*founding.sheet.registry);
    ROGATORY_TRY_VOID(dialogue.confirm(welcome));
    const Account account{order.server, order.user_name, "member", order.language};
    ROGATORY_TRY(const auto credentials, make_credentials(account, order.passphrase));
    ROGATORY_TRY(auto founded, found(environment, order, founding));
    EnrolmentOutcome outcome;
    outcome.state = "live";
    outcome.party_digits = record::fingerprint_digits(founded.membership.party);
    outcome.found_authority = model::to_hex(founded.membership.authority);
    ports::remote::Enrolment request;
    request.bundle = seal_bundle(first_bundle(credentials, std::move(founded.membership)));
    request.append = std::move(founded.append);
    return post(environment, account, credentials, std::move(request), std::move(outcome), dialogue);
}

// New keys for the invited membership, and the record that the inviter will approve.
struct Answer {
    ports::remote::Enrolment request;  // record, mac, and the keyring of an authority's first custodian
    record::UserBundle::Membership membership;
    EnrolmentOutcome outcome;
};

Result<Answer> answer_invitation(const EnrolmentOrder& order, const CheckedInvitation& checked,
                                 const record::InvitationSecrets& secrets) {
    const auto& card = checked.card;
    const auto invitation = checked.invited ? std::optional{checked.invited->invitation} : std::nullopt;
    auto& random = crypto::system_random();
    auto seed = crypto::Ed25519Seed::random(random);
    const auto signing = crypto::SigningKey::from_seed(seed);
    auto identity = age::HybridIdentity::generate(random);
    ROGATORY_TRY(const auto shown, normalised(order.display_name.empty() ? order.user_name : order.display_name));
    ROGATORY_TRY(const auto display_name, model::DisplayName::parse(shown));

    record::EnrolmentRecord answer{
        invitation,   card.party,   card.authority,       card.member,          card.role,
        card.service, display_name, signing.verify_key(), identity.recipient(), std::nullopt};
    ports::remote::Enrolment request;
    if (checked.invited && checked.invited->purpose == record::InvitationPurpose::authority) {
        // Generation 1 is made here, by the authority's own first custodian: whoever signs `authority_added` around
        // this record never holds it (protocol §3).
        record::KeyringFile keyring;
        keyring.authority = card.authority;
        keyring.generations.push_back(age::HybridIdentity::generate(random));
        const auto file = seal_keyring(keyring, {identity.recipient()});
        answer.first_generation =
            record::EnrolmentRecord::FirstGeneration{keyring.generations.front().recipient(), file.sha256};
        request.append = ports::remote::Append{{}, {{file.sha256.value(), file.bytes}}};
    }
    const auto signed_record = record::sign(std::move(answer), signing);
    const auto encoded = record::encode(signed_record);
    request.record = to_bytes(encoded);
    const auto mac = record::mac_of_record(secrets.mac, encoded);
    request.mac = Bytes{mac.bytes().begin(), mac.bytes().end()};
    EnrolmentOutcome outcome;
    outcome.state = "answered";
    outcome.comparison_digits = record::comparison_digits(signed_record.record);
    outcome.party_digits = record::fingerprint_digits(card.party);
    outcome.found_authority = model::to_hex(card.authority);
    return Answer{std::move(request),
                  {card.register_chain, card.authority, card.member, card.party, checked.log_head.size,
                   checked.log_head.root, std::move(seed), std::move(identity)},
                  std::move(outcome)};
}

Result<EnrolmentOutcome> enrol_member(Environment& environment, const EnrolmentOrder& order,
                                      const ports::remote::Redeemed& redeemed, const record::InvitationSecrets& secrets,
                                      EnrolmentDialogue& dialogue) {
    ROGATORY_TRY(const auto checked, check_invitation(environment, order, redeemed, secrets, Invitee::new_here));
    if (checked.card.service) return fail(ErrorCode::invalid_input, "enrolment.a_service");
    ROGATORY_TRY(const auto welcome, welcome_of(order.server, redeemed, checked.card));
    ROGATORY_TRY_VOID(dialogue.confirm(welcome));
    const Account account{order.server, order.user_name, "member", order.language};
    ROGATORY_TRY(const auto credentials, make_credentials(account, order.passphrase));
    ROGATORY_TRY(auto answer, answer_invitation(order, checked, secrets));
    answer.request.bundle = seal_bundle(first_bundle(credentials, std::move(answer.membership)));
    return post(environment, account, credentials, std::move(answer.request), std::move(answer.outcome), dialogue);
}

// A machine: its key file is all that it has.
Result<EnrolmentOutcome> enrol_service(Environment& environment, const EnrolmentOrder& order,
                                       const ports::remote::Redeemed& redeemed,
                                       const record::InvitationSecrets& secrets, EnrolmentDialogue& dialogue) {
    if (redeemed.kind != InvitationKind::member) return fail(ErrorCode::invalid_input, "enrolment.not_a_service");
    ROGATORY_TRY(const auto checked, check_invitation(environment, order, redeemed, secrets, Invitee::new_here));
    if (!checked.card.service) return fail(ErrorCode::invalid_input, "enrolment.not_a_service");
    ROGATORY_TRY(auto welcome, welcome_of(order.server, redeemed, checked.card));
    welcome.kind = "service";
    ROGATORY_TRY_VOID(dialogue.confirm(welcome));
    auto key = ServiceKey::make(order.server, order.user_name);
    ROGATORY_TRY(auto answer, answer_invitation(order, checked, secrets));
    record::UserBundle bundle;
    bundle.version = 1;
    bundle.recipients.push_back({record::UserBundle::RecipientUse::unlock, key.unlock->recipient()});
    bundle.memberships.push_back(std::move(answer.membership));
    answer.request.bundle = seal_bundle(bundle);
    answer.request.user_name = order.user_name;
    answer.request.language = order.language;
    answer.request.sign_in_key = crypto::SigningKey::from_seed(key.sign_in).verify_key().bytes();
    if (order.sign_in_only) key.unlock.reset();
    ROGATORY_TRY_VOID(order.keep_service_key(key.encode()));
    ROGATORY_TRY_VOID(
        save_pending_service_account(environment.profile, {order.server, order.user_name, "service", order.language}));
    return settle(environment, answer.request, std::move(answer.outcome));
}

Result<record::InvitationSecrets> secrets_of(std::string_view code_text) {
    const auto code = encoding::code_decode<record::InvitationCode>(code_text);
    if (!code) return fail(ErrorCode::invalid_input, "invitation.code_malformed");
    return record::derive_invitation(*code);
}

}  // namespace

Result<EnrolmentOutcome> enrol(Environment& environment, const EnrolmentOrder& order, EnrolmentDialogue& dialogue) {
    ROGATORY_TRY(const auto account, account_of(environment.profile));
    ROGATORY_TRY(const auto before, recall_enrolment(environment.profile));
    // An account that was never posted may be made anew; any other keeps its profile.
    if (account && (!before || before->stage != "posting")) {
        return fail(Error{ErrorCode::conflict, "profile.has_account"}.with("user", account->user_name));
    }
    if (!is_user_name(order.user_name)) return fail(ErrorCode::invalid_input, "enrolment.user_name");
    if (order.language != "en" && order.language != "fr") return fail(ErrorCode::invalid_input, "enrolment.language");
    if (!order.keep_service_key) ROGATORY_TRY_VOID(check_passphrase(order.passphrase, order.user_name));
    ROGATORY_TRY(const auto secrets, secrets_of(order.code));
    ROGATORY_TRY(const auto redeemed, environment.server.redeem(secrets.redeem.expose_secret()));
    // A code opens a session until its answer is approved; only one that nobody has answered is answered here.
    ROGATORY_TRY(const auto state, environment.server.enrolment_state());
    if (state != ports::remote::EnrolmentState::open) return fail(ErrorCode::conflict, "enrolment.answered");
    if (order.keep_service_key) return enrol_service(environment, order, redeemed, secrets, dialogue);
    switch (redeemed.kind) {
        case InvitationKind::administrator:
            return enrol_administrator(environment, order, dialogue);
        case InvitationKind::founder:
            return enrol_founder(environment, order, redeemed, secrets, dialogue);
        case InvitationKind::member:
        case InvitationKind::authority:
        case InvitationKind::rekey:
        case InvitationKind::recovery:
            return enrol_member(environment, order, redeemed, secrets, dialogue);
    }
    ensure(false, "every kind of invitation is handled");
    return fail(ErrorCode::unsupported, "invitation.kind");
}

Result<EnrolmentOutcome> resume_enrolment(Environment& environment, std::string_view code) {
    ROGATORY_TRY(auto before, recall_enrolment(environment.profile));
    if (!before) return fail(ErrorCode::not_found, "enrolment.none");
    if (before->stage == "posting" && !code.empty()) {
        // The server says whether it has an answer; a code that opens nothing any more had one, too.
        ROGATORY_TRY(const auto secrets, secrets_of(code));
        auto redeemed = environment.server.redeem(secrets.redeem.expose_secret());
        if (redeemed) {
            auto state = environment.server.enrolment_state();
            end_enrolment_session(environment);
            if (!state) return fail(std::move(state).error());
            if (*state == ports::remote::EnrolmentState::open)
                return fail(ErrorCode::conflict, "enrolment.start_again");
        } else if (redeemed.error().code() != ErrorCode::not_found) {
            return fail(std::move(redeemed).error());
        }
        ROGATORY_TRY_VOID(adopt_pending_account(environment.profile));
        before->stage = "posted";
        ROGATORY_TRY_VOID(remember_enrolment(environment.profile, before->outcome, before->stage));
    }
    if (before->stage == "posting") return fail(ErrorCode::invalid_input, "enrolment.code_needed");
    return before->outcome;
}

namespace {

// A copy of the bundle with one more membership; one that an earlier attempt left for the same member is replaced.
Result<record::UserBundle> with_membership(const record::UserBundle& bundle,
                                           record::UserBundle::Membership membership) {
    ROGATORY_TRY(auto grown, record::UserBundle::parse(bundle.encode().expose_secret_bytes()));
    std::erase_if(grown.memberships, [&](const auto& old) {
        return old.register_chain == membership.register_chain && old.member == membership.member;
    });
    if (grown.memberships.size() >= record::UserBundle::kMaxMemberships)
        return fail(ErrorCode::too_large, "bundle.full");
    grown.memberships.push_back(std::move(membership));
    return grown;
}

Result<EnrolmentOutcome> answer_as_known(Environment& environment, Unlocked& unlocked, const JoinOrder& order,
                                         EnrolmentDialogue& dialogue, const std::string& own_session) {
    const auto& account = unlocked.secrets().account;
    ROGATORY_TRY(const auto secrets, secrets_of(order.code));
    ROGATORY_TRY(const auto redeemed, environment.server.redeem(secrets.redeem.expose_secret()));
    if (redeemed.kind != InvitationKind::member && redeemed.kind != InvitationKind::authority &&
        redeemed.kind != InvitationKind::recovery)
        return fail(ErrorCode::invalid_input, "join.kind");
    ROGATORY_TRY(const auto state, environment.server.enrolment_state());
    if (state != ports::remote::EnrolmentState::open) return fail(ErrorCode::conflict, "enrolment.answered");
    EnrolmentOrder as_enrolled;
    as_enrolled.server = account.server;
    as_enrolled.user_name = account.user_name;
    as_enrolled.sheet = order.sheet;
    as_enrolled.display_name = order.display_name;
    ROGATORY_TRY(const auto checked,
                 check_invitation(environment, as_enrolled, redeemed, secrets, Invitee::known_here));
    if (checked.card.service) return fail(ErrorCode::invalid_input, "join.kind");
    ROGATORY_TRY(const auto welcome, welcome_of(account.server, redeemed, checked.card));
    ROGATORY_TRY_VOID(dialogue.confirm(welcome));
    ROGATORY_TRY(auto answer, answer_invitation(as_enrolled, checked, secrets));
    ROGATORY_TRY(const auto account_key, load_account_key(environment.profile));
    ROGATORY_TRY(const auto keys, passphrase_keys(order.passphrase, account_key, account));
    ROGATORY_TRY(auto bundle, with_membership(*unlocked.secrets().bundle, std::move(answer.membership)));

    // The new keys are safe before anybody can approve them.
    const auto invited_session = environment.server.session_token();
    environment.server.use_session(own_session);
    ROGATORY_TRY_VOID(rewrite_bundle(environment, unlocked, order.passphrase, std::move(bundle)));
    environment.server.use_session(invited_session);
    answer.request.user_name = account.user_name;
    answer.request.language = account.language;
    answer.request.sign_in_key = keys.sign_in.verify_key().bytes();
    ROGATORY_TRY(answer.request.totp, order.totp());
    ROGATORY_TRY_VOID(environment.server.enrol(answer.request));
    end_enrolment_session(environment);
    return std::move(answer.outcome);
}

}  // namespace

Result<EnrolmentOutcome> join(Environment& environment, Unlocked& unlocked, const JoinOrder& order,
                              EnrolmentDialogue& dialogue) {
    if (!unlocked.secrets().bundle) return fail(ErrorCode::forbidden, "account.no_membership");
    const auto own_session = environment.server.session_token();
    auto outcome = answer_as_known(environment, unlocked, order, dialogue, own_session);
    environment.server.use_session(own_session);
    return outcome;
}

}  // namespace rogatory::agent
