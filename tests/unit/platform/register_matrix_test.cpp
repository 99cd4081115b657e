#include <catch2/catch_test_macros.hpp>

#include <functional>
#include <map>
#include <set>
#include <string>

#include "platform/record/kinds.hpp"
#include "tests/support/record_world.hpp"

// Register abuse: every kind of statement of a Party register signed by everybody. The table says in whose hands it may
// take effect; whatever is not in the table must be void. (protocol.md, section 3, read cell by cell.)
using namespace rogatory;
using namespace rogatory::record;
using tests::PersonPtr;
using tests::World;

namespace {

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
constexpr const char* kNames[kWho] = {"root custodian",  "custodian",   "second custodian",  "officer",
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
                return Entry{1, model::StatementId{}, w.digest(), {}, std::nullopt};
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
            case Kind::fetched:
                return Fetched{chain, {model::StatementId{}}};
            case Kind::opened_receipt:
                return OpenedReceipt{chain, {model::StatementId{}}};
            case Kind::unreadable:
                return Unreadable{chain, {model::StatementId{}}, UnreadableReason::grant};
        }
        return Closed{};
    }

    model::PartyId pinned_before;
};

// The only cells that take effect.
const std::map<Kind, std::set<Who>> kTable{
    {Kind::founded, {}},  // only as statement 0, by the key it introduces
    {Kind::authority_added, {root_custodian}},
    {Kind::pinned, {root_custodian}},
    {Kind::unpinned, {root_custodian}},
    {Kind::vouches_set, {root_custodian}},
    {Kind::log_policy_set, {root_custodian}},
    {Kind::access_policy_set, {root_custodian}},
    {Kind::publisher_set, {root_custodian}},
    {Kind::invited, {fiu_custodian, fiu_second}},
    {Kind::member_added, {fiu_custodian, fiu_second}},
    {Kind::member_removed, {fiu_custodian, fiu_second}},
    {Kind::role_changed, {fiu_custodian, fiu_second}},
    {Kind::authority_rekeyed, {fiu_custodian, fiu_second}},
    {Kind::member_rekeyed, {fiu_custodian, fiu_second}},
    {Kind::recovery_set, {fiu_custodian, fiu_second}},
    {Kind::recovery_drilled, {fiu_custodian, fiu_second}},
    {Kind::recovery_approved, {root_custodian, aro_custodian}},
    {Kind::recovery_refused, {fiu_custodian, fiu_second}},
    {Kind::authority_recovered, {candidate}},
};

}  // namespace

TEST_CASE("register abuse: only the cells of the table take effect") {
    Scene scene;
    // A pin to take back.
    const auto otp = scene.world.found("X-OTP");
    scene.world.pin(*scene.who[root_custodian], otp->register_chain);
    scene.pinned_before = scene.world.register_of(*otp).party();
    std::size_t cells = 0;
    std::size_t effective = 0;
    for (const auto& row : kind_table()) {
        const auto expected = kTable.contains(row.kind) ? kTable.at(row.kind) : std::set<Who>{};
        for (int signer = 0; signer < kWho; ++signer) {
            const auto who = static_cast<Who>(signer);
            const auto statement = scene.world.sign(*scene.who[who], scene.chain, scene.body(row.kind, who));
            const auto outcome = scene.world.judge(statement);
            CAPTURE(row.name, kNames[who], outcome.reason);
            CHECK(outcome.effective() == expected.contains(who));
            CHECK(outcome.verdict == (expected.contains(who) ? Verdict::effective : Verdict::void_));
            CHECK(outcome.reason.empty() == expected.contains(who));
            ++cells;
            effective += outcome.effective() ? 1U : 0U;
        }
    }
    CHECK(cells == kind_table().size() * kWho);
    CHECK(effective == 28);
}

TEST_CASE("register abuse: another's name under one's own key, and one's own name over another's key") {
    Scene scene;
    auto& w = scene.world;
    const auto& custodian = *scene.who[fiu_custodian];
    const auto& reader = *scene.who[fiu_reader];
    const auto body = w.invitation(InvitationPurpose::member, scene.fiu, w.id<model::MemberId>(), model::Role::reader);

    auto statement = w.draft(custodian, scene.chain, body);
    const auto forged = sign(statement, reader.key);
    CHECK(w.judge(*forged).reason == "broken.signature");

    statement.author.key = reader.key.verify_key().digest();
    CHECK(w.judge(*sign(statement, reader.key)).reason == "void.author_unknown");

    statement = w.draft(custodian, scene.chain, body);
    statement.author.authority = scene.who[aro_custodian]->authority;
    CHECK(w.judge(*sign(statement, custodian.key)).reason == "void.not_a_member");

    statement = w.draft(custodian, scene.chain, body);
    statement.author.register_chain = scene.who[other_party]->register_chain;
    CHECK(w.judge(*sign(statement, custodian.key)).reason == "void.author_foreign");
}
