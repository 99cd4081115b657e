#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/record/kinds.hpp"
#include "tests/support/record_world.hpp"

// Scenes with everybody in them who might sign something, and a body of every kind that would be right from the right
// hands: the abuse tables try each with each, and tests/vectors/protocol writes the same for other implementations.
namespace rogatory::tests::register_scene {

using namespace rogatory::record;  // NOLINT: a test's helper

enum Who {
    root_custodian,
    fiu_custodian,
    fiu_second,  // another custodian of the same authority
    fiu_officer,
    fiu_reader,
    fiu_service,  // a service account with an officer's role
    fiu_removed,  // was a custodian
    fiu_old_key,  // the officer's key before he rotated it
    aro_custodian,
    other_party,  // a root custodian of another State
    stranger,     // in no register
    candidate,    // to recover the authority; in no register yet
    kWho,
};
inline constexpr const char* kNames[kWho] = {"root custodian",  "custodian",   "second custodian",  "officer",
                                             "reader",          "service",     "removed custodian", "old key",
                                             "other authority", "other Party", "stranger",          "candidate"};

struct Scene {
    World world{7, World::Witnesses::three};
    PersonPtr who[kWho];
    model::ChainId chain;
    model::AuthorityId fiu;
    PersonPtr joining;  // invited into the FIU
    PersonPtr leaver;   // an officer of the FIU to be removed
    PersonPtr lost;     // an officer who lost his keys
    model::InvitationId member_invitation;
    model::InvitationId authority_invitation;
    model::InvitationId rekey_invitation;
    PersonPtr founder_of_new;
    PersonPtr lost_new_keys;
    std::vector<AuthorityRecovered::Reference> refs;
    model::PartyId pinned_before;
    EnrolmentRecord recovery_record;

    Scene() : recovery_record{make()} {}

    EnrolmentRecord make() {
        auto& w = world;
        who[root_custodian] = w.found("SEN");
        chain = who[root_custodian]->register_chain;
        const auto second_root = w.add_member(*who[root_custodian], model::Role::custodian);
        who[fiu_custodian] = w.add_authority(*who[root_custodian], "FIU");
        fiu = who[fiu_custodian]->authority;
        who[aro_custodian] = w.add_authority(*who[root_custodian], "ARO");
        who[fiu_second] = w.add_member(*who[fiu_custodian], model::Role::custodian);
        who[fiu_reader] = w.add_member(*who[fiu_custodian], model::Role::reader);
        who[fiu_service] = w.add_member(*who[fiu_custodian], model::Role::officer, true);
        who[fiu_removed] = w.add_member(*who[fiu_custodian], model::Role::custodian);
        w.remove_member(*who[fiu_custodian], *who[fiu_removed]);
        leaver = w.add_member(*who[fiu_custodian], model::Role::officer);
        lost = w.add_member(*who[fiu_custodian], model::Role::officer);
        const auto officer = w.add_member(*who[fiu_custodian], model::Role::officer);
        who[fiu_old_key] = officer;
        who[fiu_officer] = w.with_new_keys(*officer);
        w.must(*officer, chain,
               MemberRekeyed{
                   RekeyReason::rotated,
                   sign(w.record_of(*who[fiu_officer], std::nullopt, model::Role::officer), who[fiu_officer]->key),
                   std::nullopt, w.digest()});
        who[other_party] = w.found("FRA");
        who[stranger] = w.person(chain, fiu);
        // A pin to take back.
        const auto otp = w.found("X-OTP");
        w.pin(*who[root_custodian], otp->register_chain);
        pinned_before = w.register_of(*otp).party();

        // Holders of the FIU's recovery identity: custodians elsewhere in the Party. Two of three approve.
        std::vector<RecoveryShare> shares;
        for (const auto& holder : {who[root_custodian], second_root, who[aro_custodian]}) {
            shares.push_back({RecoveryShare::Holder{holder->authority, holder->member}, w.digest(), w.digest()});
        }
        w.must(*who[fiu_custodian], chain, RecoverySet{fiu, w.recipient(), 2, shares, w.digest()});
        who[candidate] = w.person(chain, fiu);
        auto record = w.record_of(*who[candidate], std::nullopt, model::Role::custodian);
        for (const auto& holder : {second_root, who[aro_custodian]}) {
            const auto approval = w.must(*holder, chain, RecoveryApproved{fiu, record.digest(), w.digest()});
            refs.push_back({approval, w.cosigned_checkpoint()});
        }
        w.now += 72 * kHour;

        joining = w.person(chain, fiu);
        auto invited = w.invitation(InvitationPurpose::member, fiu, joining->member, model::Role::officer);
        member_invitation = invited.invitation;
        w.must(*who[fiu_custodian], chain, invited);
        founder_of_new = w.person(chain, w.id<model::AuthorityId>());
        invited = w.invitation(InvitationPurpose::authority, founder_of_new->authority, founder_of_new->member,
                               model::Role::custodian);
        authority_invitation = invited.invitation;
        w.must(*who[root_custodian], chain, invited);
        invited = w.invitation(InvitationPurpose::rekey, fiu, lost->member, model::Role::officer);
        rekey_invitation = invited.invitation;
        w.must(*who[fiu_custodian], chain, invited);
        lost_new_keys = w.with_new_keys(*lost);
        return record;
    }

    Body body(Kind kind, Who signer) {
        auto& w = world;
        const auto& me = *who[signer];
        switch (kind) {
            case Kind::founded:
                return Founded{tests::code("SEN"),  tests::name("again"),
                               w.log_policy(),      {me.authority, model::AuthorityKind::fiu, tests::name("root")},
                               w.recipient(),       w.digest(),
                               me.member,           tests::name("FIU-01"),
                               me.key.verify_key(), w.recipient(),
                               std::nullopt};
            case Kind::authority_added: {
                auto record = w.record_of(*founder_of_new, authority_invitation, model::Role::custodian);
                record.first_generation = EnrolmentRecord::FirstGeneration{w.recipient(), w.digest()};
                return AuthorityAdded{{founder_of_new->authority, model::AuthorityKind::police, tests::name("Police")},
                                      sign(std::move(record), founder_of_new->key)};
            }
            case Kind::pinned:
                return Pinned{tests::code("FRA"), w.register_of(*who[other_party]).party(), PinSource::note_verbale,
                              false};
            case Kind::unpinned:
                return Unpinned{tests::code("X-OTP"), pinned_before};
            case Kind::vouches_set:
                return VouchesSet{{{tests::code("FRA"), w.register_of(*who[other_party]).party()}}};
            case Kind::log_policy_set:
                return LogPolicySet{w.log_policy()};
            case Kind::access_policy_set: {
                AccessPolicySet policy;
                policy.session_idle = 600;
                policy.session_absolute = 3600;
                return policy;
            }
            case Kind::publisher_set:
                return PublisherSet{fiu, true};
            case Kind::visa_set:
                return VisaSet{fiu, {VisaAct::reply}};
            case Kind::invited:
                return w.invitation(InvitationPurpose::member, fiu, w.id<model::MemberId>(), model::Role::reader);
            case Kind::member_added:
                return MemberAdded{sign(w.record_of(*joining, member_invitation, model::Role::officer), joining->key),
                                   w.digest()};
            case Kind::member_removed:
                return MemberRemoved{fiu, leaver->member, w.next_generation(*leaver), w.digest()};
            case Kind::role_changed:
                return RoleChanged{fiu, leaver->member, model::Role::reader};
            case Kind::authority_rekeyed:
                return AuthorityRekeyed{fiu, w.next_generation(*leaver), w.digest()};
            case Kind::member_rekeyed:
                return MemberRekeyed{
                    RekeyReason::lost,
                    sign(w.record_of(*lost_new_keys, rekey_invitation, model::Role::officer), lost_new_keys->key),
                    w.next_generation(*lost), w.digest()};
            case Kind::recovery_set: {
                std::vector<RecoveryShare> shares;
                for (const auto holder : {root_custodian, aro_custodian, fiu_second}) {
                    shares.push_back(
                        {RecoveryShare::Holder{who[holder]->authority, who[holder]->member}, w.digest(), w.digest()});
                }
                return RecoverySet{fiu, w.recipient(), 2, shares, w.digest()};
            }
            case Kind::recovery_drilled:
                return RecoveryDrilled{fiu, w.by_chain(chain)->recovery(fiu)->statement};
            case Kind::recovery_approved:
                return RecoveryApproved{fiu, w.digest(), w.digest()};
            case Kind::recovery_refused:
                return RecoveryRefused{fiu, recovery_record.digest()};
            case Kind::authority_recovered:
                return AuthorityRecovered{sign(recovery_record, who[candidate]->key), w.next_generation(*leaver),
                                          w.digest(), refs};
            // Kinds of other chains have no place here, whoever signs.
            case Kind::opened:
                return Opened{DossierKind::share, {}, w.epoch(1, {w.ref(*who[root_custodian])}), {}};
            case Kind::entry:
                return Entry{1, model::StatementId{}, w.digest(), {}, std::nullopt, std::nullopt};
            case Kind::granted: {
                const auto to = w.ref(*who[root_custodian]);
                return Granted{to.party, to.authority, 1, model::StatementId{}, {{1, w.digest()}}, {}, std::nullopt};
            }
            case Kind::epoch_started:
                return EpochStarted{w.epoch(2, {w.ref(*who[root_custodian])}), model::StatementId{}, std::nullopt};
            case Kind::revoked: {
                const auto whom = w.ref(*who[root_custodian]);
                return Revoked{whom.party, whom.authority, w.epoch(2, {whom}), std::nullopt};
            }
            case Kind::policy_changed:
                return PolicyChanged{{}, w.epoch(2, {w.ref(*who[root_custodian])}), {}};
            case Kind::closed:
                return Closed{};
            case Kind::reopened:
                return Reopened{};
            case Kind::approved:
                return Approved{model::StatementId{}, w.digest()};
            case Kind::consented: {
                const auto to = w.ref(*who[root_custodian]);
                return Consented{{}, {1}, model::StatementId{}, to.party, to.authority, w.now + kDay, {}, {}};
            }
            case Kind::released:
                return Released{{model::StatementId{}}, {}, {}};
            case Kind::withdrawn:
                return Withdrawn{{model::StatementId{}}, {}};
            case Kind::status:
            case Kind::reminded:
            case Kind::due_proposed:
            case Kind::due_agreed:
            case Kind::off_platform:
            case Kind::off_platform_confirmed:
            case Kind::routing_disclosed:
                return Reminded{1, {}};
            case Kind::fetched:
                return Fetched{chain, {model::StatementId{}}};
            case Kind::opened_receipt:
                return OpenedReceipt{chain, {model::StatementId{}}};
            case Kind::unreadable:
                return Unreadable{chain, {model::StatementId{}}, UnreadableReason::grant};
            case Kind::focal_point_set:
                return FocalPointSet{{{model::NoticeId{}, std::nullopt, "2027-01-01"}}};
            case Kind::law_entry_set:
                return LawEntrySet{{{model::NoticeId{}, std::nullopt, "2027-01-01"}}};
            case Kind::profile_set:
                return ProfileSet{{{model::NoticeId{}, std::nullopt, "2027-01-01"}}};
            case Kind::recommendation_set:
                return RecommendationSet{{{model::NoticeId{}, std::nullopt, "2027-01-01"}}};
            case Kind::calendar_set:
                return CalendarSet{{{model::NoticeId{}, std::nullopt, "2027-01-01"}}};
            case Kind::row_published:
                return RowPublished{{{model::NoticeId{}, std::nullopt, "2027-01-01"}}};
            case Kind::note:
                return Note{1, w.digest()};
        }
        return Closed{};
    }
};

}  // namespace rogatory::tests::register_scene

namespace rogatory::tests::dossier_scene {

using namespace rogatory::record;  // NOLINT: a test's helper

enum Who {
    opener_officer,
    opener_second,
    opener_custodian,  // a custodian is an officer, too
    opener_reader,
    opener_service,
    opener_removed,
    owner_officer,  // of the participant that authored the entry
    owner_second,
    owner_reader,
    owner_service,
    sister_officer,    // a participant of the owner's Party
    stranger_officer,  // of a Party that takes no part
    past_officer,      // of an authority that was given the first epoch only
    revoked_officer,
    kWho,
};
inline constexpr const char* kNames[kWho] = {"opener's officer",      "opener's second officer", "opener's custodian",
                                             "opener's reader",       "opener's service",        "opener's removed",
                                             "owner's officer",       "owner's second officer",  "owner's reader",
                                             "owner's service",       "sister's officer",        "stranger",
                                             "past reader's officer", "revoked officer"};

struct Scene {
    World world{11};
    PersonPtr who[kWho];
    model::ChainId chain;
    model::StatementId entry_id;  // by owner_officer, in epoch 1
    model::AuthorityRef sister;
    model::AuthorityRef newcomer;
    model::StatementId consent_of_opener;
    model::StatementId consent_of_owner;

    Scene() {
        auto& w = world;
        using model::Role;
        const auto sen = w.found("SEN");
        const auto fra = w.found("FRA");
        const auto otp = w.found("X-OTP");
        const auto bel = w.found("BEL");
        w.pin_all({sen, fra, otp, bel});
        who[opener_custodian] = sen;
        who[opener_officer] = w.add_member(*sen, Role::officer);
        who[opener_second] = w.add_member(*sen, Role::officer);
        who[opener_reader] = w.add_member(*sen, Role::reader);
        who[opener_service] = w.add_member(*sen, Role::officer, true);
        who[opener_removed] = w.add_member(*sen, Role::officer);
        w.remove_member(*sen, *who[opener_removed]);
        who[owner_officer] = w.add_member(*fra, Role::officer);
        who[owner_second] = w.add_member(*fra, Role::officer);
        who[owner_reader] = w.add_member(*fra, Role::reader);
        who[owner_service] = w.add_member(*fra, Role::officer, true);
        who[sister_officer] = w.add_authority(*fra);
        who[past_officer] = w.add_authority(*sen);
        who[revoked_officer] = w.add_authority(*sen);
        who[stranger_officer] = bel;
        sister = w.ref(*who[sister_officer]);
        newcomer = w.ref(*otp);
        chain = w.open(*who[opener_officer], {w.ref(*fra), sister, w.ref(*who[revoked_officer])},
                       {model::Onward::source_consent, {}, {}});
        entry_id = w.add_entry(*who[owner_officer], chain);
        w.must(*who[opener_officer], chain, revoke(w.ref(*who[revoked_officer])));
        const auto past = w.ref(*who[past_officer]);
        const auto yes = w.must(*who[owner_officer], chain, w.consent(chain, past, {1}));
        w.must(*who[opener_officer], chain, w.grant(chain, past, {1}, {yes}));
        consent_of_opener = w.must(*who[opener_officer], chain, w.consent(chain, newcomer, {1, 2}));
        consent_of_owner = w.must(*who[owner_officer], chain, w.consent(chain, newcomer, {1}));
        w.must(*who[owner_officer], receipts_chain(chain, who[owner_officer]->authority), Fetched{chain, {entry_id}});
    }

    Revoked revoke(const model::AuthorityRef& whom) { return world.revoke(chain, whom); }

    Body body(Kind kind) {
        auto& w = world;
        const auto& d = w.dossier(chain);
        const auto next = [&] { return w.epoch(d.epochs().size() + 1, d.participants()); };
        switch (kind) {
            case Kind::opened:
                return Opened{DossierKind::share, {}, w.epoch(1, d.participants()), {}};
            case Kind::entry:
                return w.entry(chain);
            case Kind::granted:
                return w.grant(chain, newcomer, {1, 2}, {consent_of_opener, consent_of_owner});
            case Kind::epoch_started:
                return EpochStarted{next(), d.policy_statement(), {}};
            case Kind::revoked:
                return revoke(sister);
            case Kind::policy_changed:
                return PolicyChanged{{}, next(), {}};
            case Kind::closed:
                return Closed{};
            case Kind::reopened:
                return Reopened{};
            case Kind::approved:
                return Approved{entry_id, d.item(entry_id)->sealed};
            case Kind::consented: {
                auto out = w.consent(chain, newcomer, {});
                out.entries = {entry_id};
                return out;
            }
            case Kind::released:
                return Released{{entry_id}, {model::Onward::free, {}, {}}, {}};
            case Kind::withdrawn:
                return Withdrawn{{entry_id}, {}};
            case Kind::status:
                return StatusSet{
                    model::RequestStatus::sent, model::RequestStatus::acknowledged, {}, false, {}, d.basis(), {}, {}};
            case Kind::reminded:
                return Reminded{1, {}};
            case Kind::due_proposed:
                return DueProposed{w.now + kDay, {}};
            case Kind::due_agreed:
                return DueAgreed{entry_id, {}};
            case Kind::off_platform:
                return OffPlatform{model::OffPlatformAct::acknowledged, model::Medium::e_mail, w.now, {}, {}};
            case Kind::off_platform_confirmed:
                return OffPlatformConfirmed{entry_id, {}};
            case Kind::routing_disclosed:
                return RoutingDisclosed{{"1",
                                         model::Nature::operational_support,
                                         {model::Assistance::general},
                                         {},
                                         model::Urgency::ordinary,
                                         "en"},
                                        {}};
            default:
                return Closed{};
        }
    }
};

}  // namespace rogatory::tests::dossier_scene
