#include <catch2/catch_test_macros.hpp>

#include "tests/support/record_world.hpp"

using namespace rogatory;
using namespace rogatory::record;
using model::Role;
using tests::PersonPtr;
using tests::World;

namespace {

struct Scene {
    World w{31};
    PersonPtr root = w.found("SEN");
    model::ChainId chain = root->register_chain;

    [[nodiscard]] const Register& r() const { return *w.by_chain(chain); }
    std::string reason(const tests::Person& who, Body body) {
        return w.judge(w.sign(who, chain, std::move(body))).reason;
    }

    // An invitation and the answer to it.
    struct Joining {
        PersonPtr person;
        Invited invited;
    };
    Joining invite(Role role = Role::officer, bool service = false) {
        auto person = w.person(chain, root->authority);
        auto invited = w.invitation(InvitationPurpose::member, root->authority, person->member, role, service);
        w.must(*root, chain, invited);
        return {person, invited};
    }
    MemberAdded added(const Joining& joining, const EnrolmentRecord& record) {
        return {sign(record, joining.person->key), w.digest()};
    }
    EnrolmentRecord record(const Joining& joining) {
        return w.record_of(*joining.person, joining.invited.invitation, joining.invited.role, joining.invited.service);
    }
};

}  // namespace

TEST_CASE("register: founded by the key it names, seen under its own log policy") {
    World w{1};
    const auto founder = w.founder();
    const Founded good{tests::code("SEN"),
                       tests::name("Senegal"),
                       w.log_policy(),
                       {founder->authority, model::AuthorityKind::fiu, tests::name("FIU")},
                       w.recipient(),
                       w.digest(),
                       founder->member,
                       tests::name("FIU-01"),
                       founder->key.verify_key(),
                       founder->identity.recipient(),
                       std::nullopt};
    const auto judge = [&](const Founded& body) { return w.judge(w.sign(*founder, founder->register_chain, body)); };
    const auto outcome = judge(good);
    CHECK(outcome.effective());
    CHECK(std::holds_alternative<ChainStarted>(outcome.effects.front()));

    auto elsewhere = w.draft(*founder, w.id<model::ChainId>(), good);
    elsewhere.author.register_chain = elsewhere.chain;
    CHECK(w.judge(*sign(elsewhere, founder->key)).reason == "void.chain_id");

    auto bad = good;
    bad.member = w.id<model::MemberId>();
    CHECK(judge(bad).reason == "void.not_the_founder");
    bad = good;
    bad.key = crypto::SigningKey::generate(w.random).verify_key();
    CHECK(judge(bad).reason == "void.author_unknown");
    bad = good;
    bad.member_recipient = bad.recipient;
    CHECK(judge(bad).reason == "void.key_reused");
    bad = good;
    bad.log_policy = "quorum none\n";
    CHECK(judge(bad).reason == "void.seen_forged");
    bad = good;
    bad.log_policy = World{2}.log_policy();
    CHECK(judge(bad).reason == "void.seen_forged");

    auto statement = w.draft(*founder, founder->register_chain, good);
    statement.seen.size = 1;
    CHECK(w.judge(*sign(statement, founder->key)).reason == "void.seen_ahead");

    // A void founding founds nothing, ever.
    Register r{founder->register_chain};
    CHECK(r.apply(*sign(statement, founder->key), 0).verdict == Verdict::void_);
    CHECK_FALSE(r.founded());
    statement = w.draft(*founder, founder->register_chain, good);
    statement.seq = 1;
    statement.prev = r.head().last;
    CHECK(r.apply(*sign(statement, founder->key), 1).reason == "void.not_first");
    CHECK_FALSE(r.founded());
}

TEST_CASE("register: what it was is remembered as of every log index") {
    Scene s;
    auto& w = s.w;
    const auto before = w.next_index();
    const auto officer = w.add_member(*s.root, Role::officer);
    const auto during = w.next_index();
    w.remove_member(*s.root, *officer);
    CHECK_FALSE(s.r().member(officer->member, before));
    CHECK(s.r().member(officer->member, during));
    CHECK_FALSE(s.r().member(officer->member));
    CHECK(s.r().members(s.root->authority, during).size() == 2);
    CHECK(s.r().members(s.root->authority).size() == 1);
    CHECK(s.r().generation(s.root->authority, during)->number == 1);
    CHECK(s.r().generation(s.root->authority)->number == 2);
    CHECK(s.r().keyring(s.root->authority, during) != s.r().keyring(s.root->authority));
    CHECK(s.r().generations(s.root->authority).size() == 2);
    CHECK(s.r().key_ever(officer->member, officer->key.verify_key().digest()) != nullptr);
    CHECK(s.r().keyring_recipients(s.root->authority, during).size() == 2);
    CHECK(s.r().keyring_recipients(s.root->authority).size() == 1);
}

TEST_CASE("register: an invitation is answered by exactly whom it names, in time, once") {
    Scene s;
    auto& w = s.w;
    const auto joining = s.invite();
    const auto good = s.record(joining);
    CHECK(s.reason(*s.root, s.added(joining, good)).empty());

    auto bad = good;
    bad.role = Role::custodian;
    CHECK(s.reason(*s.root, s.added(joining, bad)) == "void.record_differs");
    bad = good;
    bad.service = true;
    CHECK(s.reason(*s.root, s.added(joining, bad)) == "void.record_differs");
    bad = good;
    bad.member = w.id<model::MemberId>();
    CHECK(s.reason(*s.root, s.added(joining, bad)) == "void.record_differs");
    bad = good;
    bad.party = w.id<model::PartyId>();
    CHECK(s.reason(*s.root, s.added(joining, bad)) == "void.record_differs");
    bad = good;
    bad.first_generation = EnrolmentRecord::FirstGeneration{w.recipient(), w.digest()};
    CHECK(s.reason(*s.root, s.added(joining, bad)) == "void.record_differs");
    bad = good;
    bad.invitation = w.id<model::InvitationId>();
    CHECK(s.reason(*s.root, s.added(joining, bad)) == "void.invitation_unknown");
    bad = good;
    bad.invitation.reset();
    CHECK(s.reason(*s.root, s.added(joining, bad)) == "void.invitation_unknown");
    // Keys swapped on the way: the record is signed by another than it names.
    bad = good;
    bad.key = crypto::SigningKey::generate(w.random).verify_key();
    CHECK(s.reason(*s.root, s.added(joining, bad)) == "void.record_signature");

    const auto now = w.now;
    w.now = joining.invited.not_after + 1;
    CHECK(s.reason(*s.root, s.added(joining, good)) == "void.invitation_expired");
    w.now = now;
    w.must(*s.root, s.chain, s.added(joining, good));
    CHECK(s.r().invitation(joining.invited.invitation)->spent);
    auto again = s.record(joining);
    CHECK(s.reason(*s.root, s.added(joining, again)) == "void.member_exists");
    // Spent, also for another member id.
    const auto other = w.person(s.chain, s.root->authority);
    again = w.record_of(*other, joining.invited.invitation, Role::officer);
    CHECK(s.reason(*s.root, MemberAdded{sign(again, other->key), w.digest()}) == "void.invitation_spent");
}

TEST_CASE("register: no key stands in it twice") {
    Scene s;
    auto& w = s.w;
    const auto joining = s.invite();
    const auto good = s.record(joining);
    auto bad = good;
    bad.recipient = s.root->identity.recipient();
    CHECK(s.reason(*s.root, s.added(joining, bad)) == "void.key_reused");
    bad = good;
    bad.recipient = s.r().generation(s.root->authority)->recipient;
    CHECK(s.reason(*s.root, s.added(joining, bad)) == "void.key_reused");
    bad = good;
    bad.key = s.root->key.verify_key();
    CHECK(s.reason(*s.root, MemberAdded{sign(bad, s.root->key), w.digest()}) == "void.key_reused");
    const auto officer = w.add_member(*s.root, Role::officer);
    auto removal = MemberRemoved{s.root->authority, officer->member, w.next_generation(*s.root), w.digest()};
    auto reused = removal;
    reused.next.recipient = officer->identity.recipient();
    CHECK(s.reason(*s.root, reused) == "void.key_reused");
    reused = removal;
    reused.next.generation = 3;
    CHECK(s.reason(*s.root, reused) == "void.generation");
    w.must(*s.root, s.chain, removal);
    // Nor after it has gone.
    bad = good;
    bad.recipient = officer->identity.recipient();
    CHECK(s.reason(*s.root, s.added(joining, bad)) == "void.key_reused");
}

TEST_CASE("register: no file is listed twice") {
    Scene s;
    auto& w = s.w;
    const auto aro = w.add_authority(*s.root);
    const auto keyring = *s.r().keyring(s.root->authority);
    CHECK(s.reason(*s.root, AuthorityRekeyed{s.root->authority, w.next_generation(*s.root), keyring}) ==
          "void.file_reused");
    CHECK(s.reason(*aro, AuthorityRekeyed{aro->authority, w.next_generation(*aro), keyring}) == "void.file_reused");
    CHECK(s.reason(*aro, AuthorityRekeyed{aro->authority, w.next_generation(*aro), w.digest()}).empty());
}

TEST_CASE("register: an authority keeps a custodian") {
    Scene s;
    auto& w = s.w;
    CHECK(s.reason(*s.root, RoleChanged{s.root->authority, s.root->member, Role::officer}) == "void.last_custodian");
    CHECK(s.reason(*s.root, MemberRemoved{s.root->authority, s.root->member, w.next_generation(*s.root), w.digest()}) ==
          "void.own_removal");
    CHECK_FALSE(s.r().live(s.root->authority));
    const auto second = w.add_member(*s.root, Role::custodian);
    CHECK(s.r().live(s.root->authority));
    CHECK(s.reason(*s.root, RoleChanged{s.root->authority, s.root->member, Role::officer}).empty());
    CHECK(s.reason(*s.root, RoleChanged{s.root->authority, second->member, Role::custodian}) == "void.nothing_changed");
    w.must(*second, s.chain, RoleChanged{s.root->authority, s.root->member, Role::reader});
    CHECK(s.r().custodians(s.root->authority) == 1);
    CHECK(s.reason(*s.root, w.invitation(InvitationPurpose::member, s.root->authority, w.id<model::MemberId>(),
                                         Role::reader)) == "void.not_custodian");
    const auto service = w.add_member(*second, Role::officer, true);
    CHECK(s.reason(*second, RoleChanged{s.root->authority, service->member, Role::custodian}) ==
          "void.service_custodian");
}

TEST_CASE("register: invitations have their limits") {
    Scene s;
    auto& w = s.w;
    const auto aro = w.add_authority(*s.root);
    const auto invitation = [&](InvitationPurpose purpose, const model::AuthorityId& authority, Role role) {
        return w.invitation(purpose, authority, w.id<model::MemberId>(), role);
    };
    const auto good = invitation(InvitationPurpose::member, s.root->authority, Role::officer);
    CHECK(s.reason(*s.root, good).empty());
    auto bad = good;
    bad.not_after = w.now;
    CHECK(s.reason(*s.root, bad) == "void.invitation_period");
    bad.not_after = w.now + 14 * kDay + 1;
    CHECK(s.reason(*s.root, bad) == "void.invitation_period");
    bad.not_after = w.now + 14 * kDay;
    CHECK(s.reason(*s.root, bad).empty());
    bad = good;
    bad.service = true;
    bad.role = Role::custodian;
    CHECK(s.reason(*s.root, bad) == "void.service_custodian");
    bad = good;
    bad.member = s.root->member;
    CHECK(s.reason(*s.root, bad) == "void.member_exists");
    bad = good;
    bad.authority = aro->authority;
    CHECK(s.reason(*s.root, bad) == "void.not_custodian");
    // The first of a new authority: a custodian, of one that is not there yet.
    CHECK(s.reason(*s.root, invitation(InvitationPurpose::authority, w.id<model::AuthorityId>(), Role::officer)) ==
          "void.first_is_custodian");
    CHECK(s.reason(*s.root, invitation(InvitationPurpose::authority, aro->authority, Role::custodian)) ==
          "void.authority_exists");
    CHECK(s.reason(*aro, invitation(InvitationPurpose::authority, w.id<model::AuthorityId>(), Role::custodian)) ==
          "void.not_root_custodian");
    // It can be spent by `authority_added` only.
    const auto person = w.person(s.chain, s.root->authority);
    auto invited =
        w.invitation(InvitationPurpose::authority, w.id<model::AuthorityId>(), person->member, Role::custodian);
    w.must(*s.root, s.chain, invited);
    CHECK(s.reason(*s.root, MemberAdded{sign(w.record_of(*person, invited.invitation, Role::custodian), person->key),
                                        w.digest()}) == "void.record_differs");
    CHECK(s.reason(*s.root, invited) == "void.invitation_exists");
    // A rekey: of a member, by another.
    auto rekey = w.invitation(InvitationPurpose::rekey, s.root->authority, s.root->member, Role::custodian);
    CHECK(s.reason(*s.root, rekey) == "void.own_rekey");
    const auto officer = w.add_member(*s.root, Role::officer);
    rekey = w.invitation(InvitationPurpose::rekey, s.root->authority, officer->member, Role::custodian);
    CHECK(s.reason(*s.root, rekey) == "void.record_differs");
    rekey.role = Role::officer;
    CHECK(s.reason(*s.root, rekey).empty());
}

TEST_CASE("register: rotated, lost and compromised keys") {
    Scene s;
    auto& w = s.w;
    const auto officer = w.add_member(*s.root, Role::officer);
    const auto fresh = w.with_new_keys(*officer);
    const auto record = w.record_of(*fresh, std::nullopt, Role::officer);
    const MemberRekeyed rotated{RekeyReason::rotated, sign(record, fresh->key), std::nullopt, w.digest()};
    CHECK(s.reason(*s.root, rotated) == "void.not_the_member");
    CHECK(s.reason(*officer, rotated).empty());
    auto promoted = record;
    promoted.role = Role::custodian;
    CHECK(s.reason(*officer, MemberRekeyed{RekeyReason::rotated, sign(promoted, fresh->key), {}, w.digest()}) ==
          "void.record_differs");
    w.must(*officer, s.chain, rotated);
    CHECK(s.reason(*officer, rotated) == "void.old_key");
    CHECK(s.r().member(officer->member)->key == fresh->key.verify_key());
    CHECK(s.r().generation(s.root->authority)->number == 1);

    const auto invited = w.invitation(InvitationPurpose::rekey, s.root->authority, officer->member, Role::officer);
    w.must(*s.root, s.chain, invited);
    const auto third = w.with_new_keys(*officer);
    const auto answer = sign(w.record_of(*third, invited.invitation, Role::officer), third->key);
    const MemberRekeyed lost{RekeyReason::compromised, answer, w.next_generation(*officer), w.digest()};
    CHECK(s.reason(*fresh, lost) == "void.not_custodian");
    // What a reason needs, it carries.
    auto statement = w.draft(*s.root, s.chain, MemberRekeyed{RekeyReason::lost, answer, std::nullopt, w.digest()});
    CHECK(sign(statement, s.root->key).error().key() == "statement.malformed");
    w.must(*s.root, s.chain, lost);
    CHECK(s.r().generation(s.root->authority)->number == 2);
    CHECK(s.r().invitation(invited.invitation)->spent);
    CHECK(s.reason(*s.root, lost) == "void.generation");
}

TEST_CASE("register: pins") {
    Scene s;
    auto& w = s.w;
    const auto fra = w.found("FRA");
    const auto party = w.register_of(*fra).party();
    const auto pin = [](const std::string& text, const model::PartyId& id, bool list = false) {
        return Pinned{tests::code(text), id, PinSource::note_verbale, list};
    };
    CHECK(s.reason(*s.root, pin("SEN", party)) == "void.pin_self");
    CHECK(s.reason(*s.root, pin("FRA", s.r().party())) == "void.pin_self");
    CHECK(s.reason(*s.root, pin("FRA", party, true)) == "void.voucher");
    CHECK(s.reason(*s.root, Unpinned{tests::code("FRA"), party}) == "void.not_pinned");
    w.must(*s.root, s.chain, pin("FRA", party));
    CHECK(s.r().pins().size() == 1);
    CHECK(pin_basis(w, s.r(), party) == PinBasis::note_verbale);
    CHECK(s.reason(*s.root, Unpinned{tests::code("FRA"), w.id<model::PartyId>()}) == "void.not_pinned");
    w.must(*s.root, s.chain, Unpinned{tests::code("FRA"), party});
    CHECK(s.r().pins().empty());
    CHECK_FALSE(pin_basis(w, s.r(), party));
    w.must(*s.root, s.chain, pin("X-REG", w.id<model::PartyId>(), true));
    CHECK(s.reason(*s.root, pin("X-OTP", w.id<model::PartyId>(), true)) == "void.voucher");
    // A pin under a code that its Party did not found with pins nothing.
    w.must(*s.root, s.chain, pin("BEL", party));
    CHECK_FALSE(pin_basis(w, s.r(), party));
}

TEST_CASE("register: a recovery identity is split so that it can be used, and drilled") {
    Scene s;
    auto& w = s.w;
    const auto aro = w.add_authority(*s.root);
    const auto second = w.add_member(*s.root, Role::custodian);
    const auto officer = w.add_member(*s.root, Role::officer);
    const auto share = [&](const tests::Person& holder) {
        return RecoveryShare{RecoveryShare::Holder{holder.authority, holder.member}, w.digest(), w.digest()};
    };
    const auto set = [&](std::uint64_t k, std::vector<RecoveryShare> shares) {
        return RecoverySet{aro->authority, w.recipient(), k, std::move(shares), w.digest()};
    };
    const RecoveryShare printed{std::nullopt, std::nullopt, w.digest()};
    CHECK(s.reason(*aro, set(2, {share(*s.root), share(*second), share(*aro)})).empty());
    CHECK(s.reason(*aro, set(2, {share(*s.root), share(*second), printed})).empty());
    CHECK(s.reason(*aro, set(1, {share(*s.root), share(*second), share(*aro)})) == "void.recovery_shares");
    CHECK(s.reason(*aro, set(3, {share(*s.root), share(*second), share(*aro)})) == "void.recovery_shares");
    CHECK(s.reason(*aro, set(2, {share(*s.root), share(*s.root), share(*aro), share(*aro)})) == "void.recovery_shares");
    CHECK(s.reason(*aro, set(2, {share(*s.root), printed, RecoveryShare{{}, {}, w.digest()}})) ==
          "void.recovery_shares");
    CHECK(s.reason(*aro, set(2, {share(*s.root), share(*second), share(*officer)})) == "void.recovery_holder");
    CHECK(s.reason(*s.root, set(2, {share(*s.root), share(*second), share(*aro)})) == "void.not_custodian");
    const auto id = w.must(*aro, s.chain, set(2, {share(*s.root), share(*second), printed}));
    CHECK(s.r().keyring_recipients(aro->authority).size() == 2);
    CHECK(s.reason(*aro, RecoveryDrilled{aro->authority, w.id<model::StatementId>()}) == "void.recovery_unknown");
    CHECK_FALSE(s.r().live(aro->authority));
    w.must(*aro, s.chain, RecoveryDrilled{aro->authority, id});
    CHECK(s.r().live(aro->authority));
    // A holder who leaves leaves it weaker than it was drilled.
    w.remove_member(*s.root, *second);
    CHECK_FALSE(s.r().live(aro->authority));
}

TEST_CASE("register: an authority is recovered by k approvals, none against, after 72 hours under witnesses") {
    for (const auto witnesses : {World::Witnesses::three, World::Witnesses::none}) {
        World w{41, witnesses};
        const auto root = w.found("SEN");
        const auto chain = root->register_chain;
        const auto second = w.add_member(*root, Role::custodian);
        const auto third = w.add_member(*root, Role::custodian);
        const auto aro = w.add_authority(*root);
        std::vector<RecoveryShare> shares;
        for (const auto& holder : {root, second, third}) {
            shares.push_back({RecoveryShare::Holder{holder->authority, holder->member}, w.digest(), w.digest()});
        }
        w.must(*aro, chain, RecoverySet{aro->authority, w.recipient(), 2, shares, w.digest()});
        const auto candidate = w.person(chain, aro->authority);
        const auto record = w.record_of(*candidate, std::nullopt, Role::custodian);
        const auto recovered = [&](std::vector<AuthorityRecovered::Reference> refs) {
            return w
                .judge(w.sign(*candidate, chain,
                              AuthorityRecovered{sign(record, candidate->key), w.next_generation(*aro), w.digest(),
                                                 std::move(refs)}))
                .reason;
        };
        const RecoveryApproved yes{aro->authority, record.digest(), w.digest()};
        const auto first = w.must(*root, chain, yes);
        CHECK(w.judge(w.sign(*root, chain, yes)).reason == "void.nothing_changed");
        CHECK(w.judge(w.sign(*aro, chain, yes)).reason == "void.not_a_holder");
        if (witnesses == World::Witnesses::none) {
            w.now += 73 * kHour;
            CHECK(recovered({{first, "anything"}}) == "void.recovery_needs_witnesses");
            continue;
        }
        const AuthorityRecovered::Reference one{first, w.cosigned_checkpoint()};
        const auto early_note = w.cosigned_checkpoint();
        const RecoveryApproved yes_too{aro->authority, record.digest(), w.digest()};
        const AuthorityRecovered::Reference two{w.must(*second, chain, yes_too), w.cosigned_checkpoint()};
        CHECK(recovered({one, two}) == "void.recovery_too_early");
        w.now += 72 * kHour - 2 * kMinute;
        CHECK(recovered({one, two}) == "void.recovery_too_early");
        w.now += 2 * kMinute;
        CHECK(recovered({one, two}).empty());
        CHECK(recovered({one}) == "void.recovery_not_approved");
        CHECK(recovered({one, one}) == "void.recovery_not_approved");
        CHECK(recovered({one, {two.approval, early_note}}) == "void.recovery_checkpoint");
        CHECK(recovered({one, {two.approval, w.cosigned_checkpoint(1)}}) == "void.recovery_checkpoint");
        CHECK(recovered({one, {two.approval, "no note"}}) == "void.recovery_checkpoint");
        CHECK(recovered({one, {w.id<model::StatementId>(), two.checkpoint}}) == "void.recovery_not_approved");
        w.must(*aro, chain, RecoveryRefused{aro->authority, record.digest()});
        CHECK(recovered({one, two}) == "void.recovery_refused");
        CHECK(w.judge(w.sign(*third, chain, yes)).reason == "void.recovery_refused");
    }
}

TEST_CASE("register: publishers, access policy, log policy") {
    Scene s;
    auto& w = s.w;
    CHECK_FALSE(s.r().publisher(s.root->authority));
    w.must(*s.root, s.chain, PublisherSet{s.root->authority, true});
    CHECK(s.r().publisher(s.root->authority));
    CHECK(s.reason(*s.root, PublisherSet{w.id<model::AuthorityId>(), true}) == "void.authority_unknown");
    CHECK_FALSE(s.r().access_policy());
    AccessPolicySet access;
    access.session_idle = 600;
    access.session_absolute = 3600;
    access.native_only = true;
    w.must(*s.root, s.chain, access);
    CHECK(s.r().access_policy() == access);
    CHECK(s.reason(*s.root, LogPolicySet{"log nonsense\nquorum none\n"}) == "void.log_policy");
    // A new origin is adopted by a statement that has seen only that; from then on the old log's word counts nothing.
    World next{99};
    auto statement = w.draft(*s.root, s.chain, LogPolicySet{next.log_policy()});
    statement.seen = next.seen();
    REQUIRE(w.append(*sign(statement, s.root->key)).effective());
    CHECK(s.reason(*s.root, PublisherSet{s.root->authority, false}) == "void.seen_forged");
}
