#include <catch2/catch_test_macros.hpp>

#include "platform/record/dossier_judge.hpp"
#include "tests/support/record_world.hpp"

using namespace rogatory;
using namespace rogatory::record;
using model::Onward;
using model::Role;
using tests::PersonPtr;
using tests::World;

namespace {

// Senegal opens, France takes part, the Prosecutor too; Belgium looks on.
struct Scene {
    World w{21};
    PersonPtr sen = w.found("SEN");
    PersonPtr fra = w.found("FRA");
    PersonPtr otp = w.found("X-OTP");
    PersonPtr bel = w.found("BEL");
    PersonPtr fra_aro = w.add_authority(*fra);
    model::ChainId chain;

    explicit Scene(Onward onward = Onward::source_consent) {
        w.pin_all({sen, fra, otp, bel});
        chain = w.open(*sen, {w.ref(*fra), w.ref(*otp)}, {onward, {}, {}});
    }
    [[nodiscard]] const Dossier& d() const { return w.dossier(chain); }
    std::string reason(const tests::Person& who, Body body) {
        return w.judge(w.sign(who, chain, std::move(body))).reason;
    }
    EpochStarted next_epoch() {
        return {w.epoch(d().epochs().size() + 1, d().next_audience(w.now)), d().policy_statement(), {}};
    }
    Revoked revoke(const model::AuthorityRef& whom) { return w.revoke(chain, whom); }
};

}  // namespace

TEST_CASE("dossier: epochs without end are void, and revoking goes on after that") {
    Scene s;
    auto& w = s.w;
    while (s.d().epochs().size() < kMaxEpochs - kEpochsForRevoking) {
        w.must(*s.fra, s.chain, s.next_epoch());
    }
    CHECK(s.reason(*s.fra, s.next_epoch()) == "void.too_many_epochs");
    CHECK(s.reason(*s.sen, s.next_epoch()) == "void.too_many_epochs");
    REQUIRE(w.judge(w.sign(*s.sen, s.chain, s.revoke(w.ref(*s.fra)))).effective());
}

TEST_CASE("dossier: opened by an officer for an audience with itself in it, at current generations, all pinned") {
    Scene s;
    auto& w = s.w;
    CHECK(s.d().opened());
    CHECK(s.d().open());
    CHECK(s.d().participants().size() == 3);
    CHECK(s.d().opener() == w.ref(*s.sen));
    const auto judge_by = [&](const tests::Person& who, Opened body) {
        const auto chain = dossier_chain(who.authority, body.epoch.recipient);
        return w.judge(w.sign(who, chain, std::move(body)));
    };
    const auto judge = [&](Opened body) { return judge_by(*s.sen, std::move(body)); };
    const Opened good{DossierKind::share, {}, w.epoch(1, {w.ref(*s.sen), w.ref(*s.fra)}), {}};
    CHECK(judge(good).effective());

    auto bad = good;
    bad.epoch = w.epoch(1, {w.ref(*s.fra), w.ref(*s.otp)});
    CHECK(judge(bad).reason == "void.audience");
    bad = good;
    bad.epoch.epoch = 2;
    CHECK(judge(bad).reason == "void.epoch");
    bad = good;
    bad.epoch.grants[0].generation = 2;
    CHECK(judge(bad).reason == "void.generation");
    bad = good;
    bad.epoch.grants[1].grant = bad.epoch.grants[0].grant;
    CHECK(judge(bad).reason == "void.file_reused");
    bad = good;
    bad.kind = DossierKind::internal;
    CHECK(judge(bad).reason == "void.internal");
    bad = good;
    bad.kind = DossierKind::request;
    CHECK(judge(bad).effective());
    bad = good;
    bad.epoch.grants[0].party = w.id<model::PartyId>();
    std::sort(bad.epoch.grants.begin(), bad.epoch.grants.end(),
              [](const auto& a, const auto& b) { return a.to() < b.to(); });
    CHECK(judge(bad).reason == "broken.register_missing");

    const auto deu = w.found("DEU");
    CHECK(judge({DossierKind::share, {}, w.epoch(1, {w.ref(*s.sen), w.ref(*deu)}), {}}).reason == "void.not_pinned");
    const auto asp = w.found("X-ASP");
    CHECK(judge_by(*asp, {DossierKind::share, {}, w.epoch(1, {w.ref(*asp)}), {}}).reason == "void.assembly");

    // Its place in the log is its own: not one that was chosen, another's, or one that another chain will need.
    for (const auto& chain : {w.id<model::ChainId>(), dossier_chain(s.fra->authority, good.epoch.recipient),
                              receipts_chain(s.chain, s.fra->authority),
                              casebook_chain(s.fra->authority, s.fra->identity), notices_chain(w.ref(*s.fra).party)}) {
        CHECK(w.judge(w.sign(*s.sen, chain, good)).reason == "void.chain_id");
    }
}

TEST_CASE("dossier: a chain that does not hold is broken, not void") {
    Scene s;
    auto& w = s.w;
    auto statement = w.draft(*s.sen, s.chain, w.entry(s.chain));
    const auto verdict = [&](const Statement& changed) { return w.judge(*sign(changed, s.sen->key)); };
    auto changed = statement;
    changed.seq = 2;
    CHECK(verdict(changed).reason == "broken.seq");
    CHECK(verdict(changed).refusal().code() == ErrorCode::conflict);
    changed = statement;
    changed.prev = w.id<model::StatementId>();
    CHECK(verdict(changed).reason == "broken.prev");
    changed = statement;
    changed.author.register_chain = w.id<model::ChainId>();
    CHECK(verdict(changed).reason == "broken.register_missing");
    CHECK(w.judge(*sign(statement, s.fra->key)).reason == "broken.signature");
    changed = statement;
    changed.seen.root = w.digest();
    CHECK(verdict(changed).reason == "void.seen_forged");
    changed = statement;
    changed.seen = w.seen();
    CHECK(verdict(changed).effective());
    // The log index must rise.
    CHECK(s.d().judge(*sign(statement, s.sen->key), s.d().head().index, w).reason == "broken.index");
    // After a break nothing more is believed.
    auto copy = s.d();
    CHECK(copy.apply(*sign(statement, s.fra->key), w.next_index(), w).verdict == Verdict::broken);
    CHECK(copy.apply(*sign(statement, s.sen->key), w.next_index(), w).reason == "broken.stopped");
}

TEST_CASE("dossier: an entry names the epoch and the basis it was sealed for") {
    Scene s;
    auto& w = s.w;
    const auto before = w.entry(s.chain);
    const auto first = w.must(*s.fra, s.chain, before);
    CHECK(s.d().item(first)->owner == w.ref(*s.fra));
    CHECK(s.reason(*s.fra, before) == "void.attachment_reused");
    auto twice = w.entry(s.chain, 2);
    twice.attachments[1].id = twice.attachments[0].id;
    CHECK(s.reason(*s.fra, twice) == "void.attachment_reused");

    const auto prepared = w.entry(s.chain);
    w.must(*s.sen, s.chain, s.next_epoch());
    CHECK(s.reason(*s.fra, prepared) == "void.epoch");
    auto stale_basis = w.entry(s.chain);
    stale_basis.basis = prepared.basis;
    CHECK(s.reason(*s.fra, stale_basis) == "void.basis");
    w.must(*s.sen, s.chain, Closed{});
    CHECK(s.reason(*s.fra, w.entry(s.chain)) == "void.closed");
    CHECK(s.reason(*s.sen, Closed{}) == "void.closed");
    w.must(*s.sen, s.chain, Reopened{});
    CHECK(s.reason(*s.fra, w.entry(s.chain)).empty());
}

TEST_CASE("dossier: without a pin nothing is added to a dossier with such a participant") {
    Scene s;
    auto& w = s.w;
    w.must(*s.fra, s.fra->register_chain, Unpinned{tests::code("X-OTP"), w.register_of(*s.otp).party()});
    CHECK(s.reason(*s.fra, w.entry(s.chain)) == "void.not_pinned");
    CHECK(s.reason(*s.fra, s.next_epoch()) == "void.not_pinned");
    CHECK(s.reason(*s.sen, w.entry(s.chain)).empty());
    // Leaving needs no trust in those who stay… but the new epoch is granted to them.
    CHECK(s.reason(*s.fra, s.revoke(w.ref(*s.fra))) == "void.not_pinned");
}

TEST_CASE("dossier: a leaver stops reading at once") {
    Scene s;
    auto& w = s.w;
    CHECK(s.d().stale(w, w.now) == Dossier::Stale::no);
    const auto leaver = w.add_member(*s.fra, Role::officer);
    w.remove_member(*s.fra, *leaver);
    CHECK(s.d().stale(w, w.now) == Dossier::Stale::generation);
    const auto warned = w.add_entry(*s.sen, s.chain);
    CHECK(s.d().item(warned)->stale);
    CHECK(s.reason(*leaver, w.entry(s.chain)) == "void.not_a_member");
    w.must(*s.sen, s.chain, s.next_epoch());
    CHECK(s.d().stale(w, w.now) == Dossier::Stale::no);
    CHECK_FALSE(s.d().item(w.add_entry(*s.sen, s.chain))->stale);
}

TEST_CASE("dossier: a library is stale only once somebody was shut out") {
    Scene s;
    auto& w = s.w;
    w.must(*s.sen, s.sen->register_chain, PublisherSet{s.sen->authority, true});
    const auto library = w.open(*s.sen, {w.ref(*s.fra), w.ref(*s.otp)}, {}, DossierKind::library);
    const auto leaver = w.add_member(*s.fra, Role::officer);
    w.remove_member(*s.fra, *leaver);
    CHECK(w.dossier(library).stale(w, w.now) == Dossier::Stale::no);
    s.chain = library;
    w.must(*s.sen, library, s.revoke(w.ref(*s.otp)));
    w.remove_member(*s.fra, *w.add_member(*s.fra, Role::reader));
    CHECK(w.dossier(library).stale(w, w.now) == Dossier::Stale::generation);
}

TEST_CASE("dossier: a library is opened by who may publish, and nobody else says anything in it") {
    Scene s;
    auto& w = s.w;
    const auto flag = [&](const tests::Person& who, bool publisher) {
        w.must(who, who.register_chain, PublisherSet{who.authority, publisher});
    };
    const auto opening = [&](const tests::Person& who) {
        const Opened body{DossierKind::library, {Onward::free, {}, {}}, w.epoch(1, {w.ref(*s.sen), w.ref(*s.fra)}), {}};
        return w.judge(w.sign(who, dossier_chain(who.authority, body.epoch.recipient), body)).reason;
    };
    CHECK(opening(*s.sen) == "void.not_publisher");
    flag(*s.fra, true);
    CHECK(opening(*s.sen) == "void.not_publisher");  // another State's flag
    flag(*s.sen, true);
    CHECK(opening(*s.sen).empty());
    s.chain = w.open(*s.sen, {w.ref(*s.fra), w.ref(*s.otp)}, {Onward::free, {}, {}}, DossierKind::library);
    const auto first = w.add_entry(*s.sen, s.chain);

    // A participant, and one that may publish itself: it reads and nothing else.
    CHECK(s.reason(*s.fra, w.entry(s.chain)) == "void.not_opener");
    CHECK(s.reason(*s.fra, w.grant(s.chain, w.ref(*s.bel), {1})) == "void.not_opener");
    CHECK(s.reason(*s.fra, s.next_epoch()) == "void.not_opener");
    CHECK(s.reason(*s.fra, s.revoke(w.ref(*s.fra))) == "void.not_opener");
    CHECK(s.reason(*s.fra, Withdrawn{{first}, {}}) == "void.not_opener");
    CHECK(s.reason(*s.sen, w.grant(s.chain, w.ref(*s.bel), {1})).empty());

    // What everybody may read goes on although the key of one of them is not checked any more.
    w.must(*s.sen, s.sen->register_chain, Unpinned{tests::code("X-OTP"), w.register_of(*s.otp).party()});
    CHECK(s.reason(*s.sen, w.entry(s.chain)).empty());

    // What it may not publish any more it can still give, and take back.
    flag(*s.sen, false);
    CHECK(s.reason(*s.sen, w.entry(s.chain)) == "void.not_publisher");
    CHECK(s.reason(*s.sen, w.grant(s.chain, w.ref(*s.bel), {1})).empty());
    CHECK(s.reason(*s.sen, Withdrawn{{first}, {}}).empty());
    CHECK(s.d().item(first) != nullptr);
}

TEST_CASE("dossier: a library for as many authorities as one dossier takes fits into its first statement") {
    World w{31};
    const auto sen = w.found("SEN");
    w.must(*sen, sen->register_chain, PublisherSet{sen->authority, true});
    std::vector<model::AuthorityRef> all;
    for (std::size_t i = 1; i < Dossier::kMaxGrants; ++i) all.push_back(w.ref(*w.add_authority(*sen)));
    const auto chain = w.open(*sen, all, {Onward::free, {}, {}}, DossierKind::library);
    CHECK(w.dossier(chain).participants().size() == Dossier::kMaxGrants);
    const auto opened = std::find_if(w.history().rbegin(), w.history().rend(),
                                     [](const auto& logged) { return logged.statement.kind() == Kind::opened; });
    CHECK(opened->statement.envelope().payload.size() < 180 * 1024);
}

TEST_CASE("dossier: a new epoch goes to exactly the participants, fresh, under the policy in force") {
    Scene s;
    auto& w = s.w;
    const auto good = s.next_epoch();
    CHECK(s.reason(*s.otp, good).empty());
    auto bad = good;
    bad.epoch.grants.pop_back();
    CHECK(s.reason(*s.sen, bad) == "void.audience");
    bad = good;
    bad.epoch = w.epoch(2, {w.ref(*s.sen), w.ref(*s.fra), w.ref(*s.otp), w.ref(*s.bel)});
    CHECK(s.reason(*s.sen, bad) == "void.audience");
    bad = good;
    bad.epoch.recipient = s.d().epoch().recipient;
    CHECK(s.reason(*s.sen, bad) == "void.key_reused");
    bad = good;
    bad.policy = w.id<model::StatementId>();
    CHECK(s.reason(*s.sen, bad) == "void.policy");
    bad = good;
    bad.epoch.epoch = 3;
    CHECK(s.reason(*s.sen, bad) == "void.epoch");
}

TEST_CASE("dossier: grants name the policy of their epoch, and zeros where the same statement sets it") {
    Scene s;
    auto& w = s.w;
    const auto opened = s.d().epoch().started_by;
    CHECK(s.d().policy_line(1, opened) == model::StatementId{});
    const auto started = w.must(*s.fra, s.chain, s.next_epoch());
    CHECK(s.d().policy_line(2, started) == opened);
    const auto changed =
        w.must(*s.sen, s.chain, PolicyChanged{{Onward::free, {}, {}}, w.epoch(3, s.d().participants()), {}});
    CHECK(s.d().policy_line(3, changed) == model::StatementId{});
    const auto granted = w.must(*s.sen, s.chain, w.grant(s.chain, w.ref(*s.bel), {1, 3}));
    CHECK(s.d().policy_line(1, granted) == opened);
    CHECK(s.d().policy_line(3, granted) == changed);
}

TEST_CASE("onward rule: participants_only lets nobody in but by the owner of all") {
    Scene s{Onward::participants_only};
    auto& w = s.w;
    const auto bel = w.ref(*s.bel);
    CHECK(s.reason(*s.fra, w.grant(s.chain, bel, {1})) == "void.participants_only");
    CHECK(s.reason(*s.sen, w.grant(s.chain, bel, {1})).empty());
    w.add_entry(*s.fra, s.chain);
    // The opener has no privilege over others' entries.
    CHECK(s.reason(*s.sen, w.grant(s.chain, bel, {1})) == "void.participants_only");
    CHECK(s.reason(*s.fra, w.grant(s.chain, bel, {1})) == "void.participants_only");
    // Nor does an empty epoch let a newcomer in behind everybody's back.
    w.must(*s.fra, s.chain, s.next_epoch());
    CHECK(s.reason(*s.fra, w.grant(s.chain, bel, {2})) == "void.participants_only");
    CHECK(s.reason(*s.sen, w.grant(s.chain, bel, {2})).empty());
}

TEST_CASE("onward rule: own_party stays in the Party") {
    Scene s{Onward::own_party};
    auto& w = s.w;
    w.add_entry(*s.sen, s.chain);
    CHECK(s.reason(*s.fra, w.grant(s.chain, w.ref(*s.bel), {1})) == "void.own_party");
    w.must(*s.fra, s.chain, w.grant(s.chain, w.ref(*s.fra_aro), {1}));
    CHECK(s.d().standing(w.ref(*s.fra_aro)) == Dossier::Standing::participant);
    // It may take that back; another Party may not.
    CHECK(s.reason(*s.otp, s.revoke(w.ref(*s.fra_aro))) == "void.not_revoker");
    CHECK(s.reason(*s.fra, s.revoke(w.ref(*s.fra_aro))).empty());
}

TEST_CASE("onward rule: free needs nobody's word") {
    Scene s{Onward::free};
    auto& w = s.w;
    w.add_entry(*s.sen, s.chain);
    CHECK(s.reason(*s.fra, w.grant(s.chain, w.ref(*s.bel), {1})).empty());
    auto own = w.entry(s.chain);
    own.policy = model::HandlingPolicy{Onward::participants_only, {}, {}};
    w.must(*s.otp, s.chain, own);
    CHECK(s.reason(*s.fra, w.grant(s.chain, w.ref(*s.bel), {1})) == "void.participants_only");
}

TEST_CASE("consents: each owner's, for this recipient, these epochs, in time, spent once") {
    Scene s;
    auto& w = s.w;
    const auto bel = w.ref(*s.bel);
    w.add_entry(*s.sen, s.chain);
    w.add_entry(*s.otp, s.chain);
    CHECK(s.reason(*s.fra, w.grant(s.chain, bel, {1})) == "void.consent_missing");
    const auto by_sen = w.must(*s.sen, s.chain, w.consent(s.chain, bel, {1}));
    CHECK(s.reason(*s.fra, w.grant(s.chain, bel, {1}, {by_sen})) == "void.consent_missing");
    const auto by_otp = w.must(*s.otp, s.chain, w.consent(s.chain, bel, {1}));
    const auto both = w.grant(s.chain, bel, {1}, {by_sen, by_otp});
    CHECK(s.reason(*s.fra, both).empty());
    // One's own entries need no consent, and a consent that is not needed is not burnt.
    CHECK(s.reason(*s.otp, both) == "void.consent_not_needed");
    CHECK(s.reason(*s.otp, w.grant(s.chain, bel, {1}, {by_sen})).empty());
    // Another recipient.
    CHECK(s.reason(*s.fra, w.grant(s.chain, w.ref(*s.fra_aro), {1}, {by_sen, by_otp})) == "void.consent_recipient");
    // Not known here.
    CHECK(s.reason(*s.fra, w.grant(s.chain, bel, {1}, {by_sen, w.id<model::StatementId>()})) == "void.consent_unknown");
    // Late.
    const auto now = w.now;
    w.now += 31 * kDay;
    CHECK(s.reason(*s.fra, both) == "void.consent_expired");
    w.now = now;

    // What came after `up_to` is not covered, and neither is a later epoch.
    w.add_entry(*s.sen, s.chain);
    CHECK(s.reason(*s.fra, both) == "void.consent_scope");
    const auto again = w.must(*s.sen, s.chain, w.consent(s.chain, bel, {1}));
    w.must(*s.fra, s.chain, s.next_epoch());
    CHECK(s.reason(*s.fra, w.grant(s.chain, bel, {1, 2}, {again, by_otp})) == "void.consent_scope");
    // The epochs that were consented to, without the current one: a past reader.
    w.must(*s.fra, s.chain, w.grant(s.chain, bel, {1}, {again, by_otp}));
    CHECK(s.d().standing(bel) == Dossier::Standing::past_reader);
    CHECK(s.d().consent(again)->spent);
    CHECK(s.d().consent(by_otp)->spent);
    CHECK_FALSE(s.d().consent(by_sen)->spent);
    CHECK(s.reason(*s.bel, w.entry(s.chain)) == "void.not_a_participant");
    // Spent.
    w.must(*s.sen, s.chain, s.revoke(bel));
    CHECK(s.reason(*s.fra, w.grant(s.chain, bel, {1}, {again, by_otp})) == "void.consent_spent");
}

TEST_CASE("consents: only an owner gives one, and only for what is its own") {
    Scene s;
    auto& w = s.w;
    const auto bel = w.ref(*s.bel);
    const auto entry = w.add_entry(*s.sen, s.chain);
    auto body = w.consent(s.chain, bel, {});
    body.entries = {entry};
    CHECK(s.reason(*s.fra, body) == "void.not_owner");
    CHECK(s.reason(*s.fra, w.consent(s.chain, bel, {1})) == "void.not_owner");
    CHECK(s.reason(*s.sen, body).empty());
    auto late = body;
    late.grant_before = w.now;
    CHECK(s.reason(*s.sen, late) == "void.consent_period");
    late = body;
    late.access_until = w.now;
    CHECK(s.reason(*s.sen, late) == "void.consent_period");
    auto elsewhere = body;
    elsewhere.up_to = w.id<model::StatementId>();
    CHECK(s.reason(*s.sen, elsewhere) == "void.unknown_statement");
    // A consent by entries covers these and no other of its owner.
    const auto yes = w.must(*s.sen, s.chain, body);
    CHECK(s.reason(*s.fra, w.grant(s.chain, bel, {1}, {yes})).empty());
    w.add_entry(*s.sen, s.chain);
    CHECK(s.reason(*s.fra, w.grant(s.chain, bel, {1}, {yes})) == "void.consent_scope");
}

TEST_CASE("consents: at access_until the next append starts an epoch without that authority") {
    Scene s;
    auto& w = s.w;
    const auto bel = w.ref(*s.bel);
    auto body = w.consent(s.chain, bel, {1});
    body.access_until = w.now + kDay;
    const auto yes = w.must(*s.sen, s.chain, body);
    w.must(*s.fra, s.chain, w.grant(s.chain, bel, {1}, {yes}));
    CHECK(s.d().standing(bel) == Dossier::Standing::participant);
    CHECK(s.reason(*s.bel, w.entry(s.chain)).empty());
    CHECK(s.reason(*s.fra, w.entry(s.chain)).empty());
    w.now += kDay;
    CHECK(s.d().stale(w, w.now) == Dossier::Stale::access_expired);
    CHECK(s.reason(*s.bel, w.entry(s.chain)) == "void.access_expired");
    CHECK(s.reason(*s.fra, w.entry(s.chain)) == "void.access_expired");
    CHECK(s.reason(*s.sen, Closed{w.digest()}) == "void.access_expired");
    CHECK(s.reason(*s.sen, Closed{}).empty());
    CHECK(s.reason(*s.fra, EpochStarted{w.epoch(2, s.d().participants()), s.d().policy_statement(), {}}) ==
          "void.audience");
    w.must(*s.fra, s.chain, s.next_epoch());
    CHECK(s.d().standing(bel) == Dossier::Standing::none);
    CHECK(s.reason(*s.fra, w.entry(s.chain)).empty());
}

TEST_CASE("caveats: policy in force is the stricter, and only the owner loosens it") {
    Scene s{Onward::own_party};
    auto& w = s.w;
    const auto in_force = [&](const model::StatementId& id) { return s.d().item(id)->in_force; };
    auto strict = w.entry(s.chain);
    strict.policy = model::HandlingPolicy{Onward::participants_only, w.now + 30 * kDay, {}};
    const auto fra = w.must(*s.fra, s.chain, strict);
    const auto sen = w.add_entry(*s.sen, s.chain);
    CHECK(in_force(fra) == *strict.policy);
    CHECK(in_force(sen) == model::HandlingPolicy{Onward::own_party, {}, {}});

    // Loosened for later entries; nothing that is there gets looser.
    w.must(*s.sen, s.chain, PolicyChanged{{Onward::free, {}, {}}, w.epoch(2, s.d().participants()), {}});
    CHECK(in_force(fra) == *strict.policy);
    CHECK(in_force(sen).onward == Onward::own_party);
    const auto later = w.add_entry(*s.fra, s.chain);
    CHECK(in_force(later).onward == Onward::free);
    // Tightened: also what is there.
    w.must(*s.sen, s.chain,
           PolicyChanged{{Onward::source_consent, {}, w.now + 10 * kDay}, w.epoch(3, s.d().participants()), {}});
    CHECK(in_force(later).onward == Onward::source_consent);
    CHECK(in_force(sen).onward == Onward::source_consent);
    CHECK(in_force(fra).onward == Onward::participants_only);
    CHECK(in_force(fra).expires_at);
    CHECK(in_force(fra).review_at == strict.policy->review_at);

    CHECK(s.reason(*s.sen, Released{{fra}, {Onward::free, {}, {}}, {}}) == "void.not_owner");
    w.must(*s.fra, s.chain, Released{{fra}, {Onward::free, {}, {}}, {}});
    CHECK(in_force(fra) == model::HandlingPolicy{Onward::free, {}, {}});
}

TEST_CASE("dossier: withdrawing leaves a tombstone and lifts nobody's duty") {
    Scene s;
    auto& w = s.w;
    const auto id = w.add_entry(*s.fra, s.chain);
    CHECK(s.reason(*s.sen, Withdrawn{{id}, {}}) == "void.not_owner");
    const auto outcome = w.say(*s.fra, s.chain, Withdrawn{{id}, {}});
    REQUIRE(outcome.effective());
    CHECK(std::get<EntriesWithdrawn>(outcome.effects.front()).entries == std::vector{id});
    CHECK(s.d().item(id)->withdrawn);
    CHECK(s.reason(*s.fra, Withdrawn{{id}, {}}) == "void.nothing_changed");
    CHECK(s.reason(*s.sen, w.grant(s.chain, w.ref(*s.bel), {1})) == "void.consent_missing");
}

TEST_CASE("dossier: who revokes whom") {
    Scene s;
    auto& w = s.w;
    CHECK(s.reason(*s.fra, s.revoke(w.ref(*s.otp))) == "void.not_revoker");
    CHECK(s.reason(*s.fra, s.revoke(w.ref(*s.sen))) == "void.not_revoker");
    CHECK(s.reason(*s.sen, s.revoke(w.ref(*s.sen))) == "void.opener_stays");
    CHECK(s.reason(*s.sen, s.revoke(w.ref(*s.bel))) == "void.not_a_participant");
    auto keeps = s.revoke(w.ref(*s.otp));
    keeps.epoch = w.epoch(2, s.d().participants());
    CHECK(s.reason(*s.sen, keeps) == "void.audience");
    // One's own leaving: whoever leaves knows the epoch it made, so another begins before anything is sealed.
    w.must(*s.fra, s.chain, s.revoke(w.ref(*s.fra)));
    CHECK(s.d().standing(w.ref(*s.fra)) == Dossier::Standing::none);
    CHECK(s.d().grants(w.ref(*s.fra)).empty());
    CHECK(s.d().stale(w, w.now) == Dossier::Stale::author_left);
    CHECK(s.reason(*s.fra, w.entry(s.chain)) == "void.not_a_participant");
    w.must(*s.otp, s.chain, s.next_epoch());
    CHECK(s.d().stale(w, w.now) == Dossier::Stale::no);
}

TEST_CASE("dossier: one gives only keys one holds, and none twice") {
    Scene s{Onward::free};
    auto& w = s.w;
    const auto bel = w.ref(*s.bel);
    w.must(*s.sen, s.chain, s.next_epoch());
    w.must(*s.sen, s.chain, w.grant(s.chain, bel, {2}));
    CHECK(s.reason(*s.bel, w.grant(s.chain, w.ref(*s.fra_aro), {1})) == "void.epoch_not_held");
    CHECK(s.reason(*s.bel, w.grant(s.chain, w.ref(*s.fra_aro), {2})).empty());
    CHECK(s.reason(*s.sen, w.grant(s.chain, bel, {2})) == "void.nothing_changed");
    CHECK(s.reason(*s.sen, w.grant(s.chain, bel, {3})) == "void.epoch");
    auto grant = w.grant(s.chain, bel, {1});
    grant.generation = 2;
    CHECK(s.reason(*s.sen, grant) == "void.generation");
    grant = w.grant(s.chain, bel, {1});
    grant.basis = w.id<model::StatementId>();
    CHECK(s.reason(*s.sen, grant) == "void.basis");
    grant = w.grant(s.chain, bel, {1});
    grant.authority = w.id<model::AuthorityId>();
    CHECK(s.reason(*s.sen, grant) == "void.authority_unknown");
    CHECK(s.reason(*s.sen, w.grant(s.chain, bel, {1})).empty());
}

TEST_CASE("files: none is listed twice in a dossier, whoever lists it and as what") {
    Scene s;
    auto& w = s.w;
    const auto first = w.entry(s.chain);
    const auto its_id = w.must(*s.sen, s.chain, first);
    // Another's body under one's own entry: withdrawing that would take the other's with it.
    auto copied = w.entry(s.chain);
    copied.sealed = first.sealed;
    CHECK(s.reason(*s.fra, copied) == "void.file_reused");
    CHECK(s.reason(*s.sen, copied) == "void.file_reused");
    CHECK(s.reason(*s.sen, Closed{first.sealed}) == "void.file_reused");
    auto epoch = s.next_epoch();
    epoch.epoch.grants[1].grant = s.d().grants(w.ref(*s.fra)).front().file;
    CHECK(s.reason(*s.sen, epoch) == "void.file_reused");
    epoch = s.next_epoch();
    epoch.sealed = epoch.epoch.grants[0].grant;
    CHECK(s.reason(*s.sen, epoch) == "void.file_reused");
    const auto yes = w.must(*s.sen, s.chain, w.consent(s.chain, w.ref(*s.bel), {1}));
    auto grant = w.grant(s.chain, w.ref(*s.bel), {1}, {yes});
    grant.grants[0].grant = first.sealed;
    CHECK(s.reason(*s.fra, grant) == "void.file_reused");
    // Also once it is withdrawn: its place stays empty.
    w.must(*s.sen, s.chain, Withdrawn{{its_id}, {}});
    CHECK(s.reason(*s.fra, copied) == "void.file_reused");
    // A file of a void statement is nobody's.
    auto refused = w.entry(s.chain);
    refused.basis = w.id<model::StatementId>();
    CHECK(w.say(*s.fra, s.chain, refused).reason == "void.basis");
    copied = w.entry(s.chain);
    copied.sealed = refused.sealed;
    CHECK(s.reason(*s.sen, copied).empty());
}

TEST_CASE("consents: a limit ends what it gave and nothing else") {
    // Belgium takes part without a limit; a consent to an older entry must not throw it out.
    Scene s{Onward::free};
    auto& w = s.w;
    const auto bel = w.ref(*s.bel);
    auto strict = w.entry(s.chain);
    strict.policy = model::HandlingPolicy{Onward::source_consent, {}, {}};
    const auto id = w.must(*s.fra, s.chain, strict);
    w.must(*s.sen, s.chain, s.next_epoch());
    w.must(*s.sen, s.chain, w.grant(s.chain, bel, {2}));
    auto body = w.consent(s.chain, bel, {});
    body.entries = {id};
    body.access_until = w.now + kHour;
    const auto yes = w.must(*s.fra, s.chain, body);
    w.must(*s.otp, s.chain, w.grant(s.chain, bel, {1}, {yes}));
    w.now += 2 * kHour;
    CHECK_FALSE(s.d().access_until(bel));
    CHECK(s.d().stale(w, w.now) == Dossier::Stale::no);
    CHECK(s.reason(*s.bel, w.entry(s.chain)).empty());
    w.must(*s.sen, s.chain, s.next_epoch());
    CHECK(s.d().standing(bel) == Dossier::Standing::participant);
    CHECK(s.d().holds(bel, 2));
    CHECK_FALSE(s.d().holds(bel, 1));
}

TEST_CASE("consents: a limit also ends what somebody reads of the past") {
    Scene s;
    auto& w = s.w;
    const auto bel = w.ref(*s.bel);
    w.add_entry(*s.sen, s.chain);
    auto body = w.consent(s.chain, bel, {1});
    body.access_until = w.now + kHour;
    const auto yes = w.must(*s.sen, s.chain, body);
    w.must(*s.fra, s.chain, s.next_epoch());
    w.must(*s.fra, s.chain, w.grant(s.chain, bel, {1}, {yes}));
    CHECK(s.d().standing(bel) == Dossier::Standing::past_reader);
    CHECK(s.d().access_until(bel) == body.access_until);
    w.now += 2 * kHour;
    const auto outcome = w.say(*s.fra, s.chain, s.next_epoch());
    REQUIRE(outcome.effective());
    CHECK(std::count_if(outcome.effects.begin(), outcome.effects.end(), [&](const Effect& effect) {
              const auto* removed = std::get_if<ReaderRemoved>(&effect);
              return removed != nullptr && removed->authority == bel;
          }) == 1);
    CHECK(s.d().standing(bel) == Dossier::Standing::none);
    CHECK(s.d().grants(bel).empty());
}

TEST_CASE("dossier: a second officer's visa") {
    Scene s;
    auto& w = s.w;
    const auto second = w.add_member(*s.fra, Role::officer);
    const auto id = w.add_entry(*s.fra, s.chain);
    CHECK(s.reason(*s.fra, Approved{id, s.d().item(id)->sealed}) == "void.not_second_officer");
    CHECK(s.reason(*second, Approved{id, w.digest()}) == "void.digest");
    CHECK(s.reason(*second, Approved{w.id<model::StatementId>(), w.digest()}) == "void.unknown_entry");
    w.must(*second, s.chain, Approved{id, s.d().item(id)->sealed});
    CHECK(s.reason(*second, Approved{id, s.d().item(id)->sealed}) == "void.nothing_changed");
    CHECK(s.d().item(id)->approved_by == std::vector{second->member});
}

TEST_CASE("vouched: the Registry's list pins for those who accept it") {
    World w{5};
    const auto reg = w.found("X-REG");
    const auto sen = w.found("SEN");
    const auto fra = w.found("FRA");
    const auto& sen_register = w.register_of(*sen);
    const auto fra_party = w.register_of(*fra).party();
    CHECK(pin_basis(w, sen_register, sen_register.party()) == PinBasis::own);
    CHECK_FALSE(pin_basis(w, sen_register, fra_party));
    w.must(*reg, reg->register_chain, VouchesSet{{{tests::code("FRA"), fra_party}}});
    CHECK_FALSE(pin_basis(w, sen_register, fra_party));
    const auto before = w.next_index();
    w.must(*sen, sen->register_chain,
           Pinned{tests::code("X-REG"), w.register_of(*reg).party(), PinSource::note_verbale, true});
    CHECK(pin_basis(w, sen_register, fra_party) == PinBasis::vouched);
    CHECK_FALSE(pin_basis(w, sen_register, fra_party, before));
    // A pin of one's own for that code binds against the list.
    w.must(*sen, sen->register_chain,
           Pinned{tests::code("FRA"), w.id<model::PartyId>(), PinSource::note_verbale, false});
    CHECK_FALSE(pin_basis(w, sen_register, fra_party));
    w.must(*sen, sen->register_chain, Pinned{tests::code("FRA"), fra_party, PinSource::note_verbale, false});
    CHECK(pin_basis(w, sen_register, fra_party) == PinBasis::note_verbale);
}

TEST_CASE("vouched: a list that is withheld decides nothing") {
    World w{6};
    const auto reg = w.found("X-REG");
    const auto sen = w.found("SEN");
    const auto fra = w.found("FRA");
    w.must(*reg, reg->register_chain, VouchesSet{{{tests::code("FRA"), w.register_of(*fra).party()}}});
    w.must(*sen, sen->register_chain,
           Pinned{tests::code("X-REG"), w.register_of(*reg).party(), PinSource::note_verbale, true});
    CHECK(w.register_of(*sen).vouchers_ever() == std::set{w.register_of(*reg).party()});
    const auto chain = w.open(*sen, {w.ref(*fra)}, {});
    const auto& opened = w.history().back();

    // A client that was not shown one of the registers.
    struct Withheld final : Registers {
        const World& world;
        model::ChainId hidden;
        Withheld(const World& all, model::ChainId chain) : world{all}, hidden{chain} {}
        [[nodiscard]] const Register* by_chain(const model::ChainId& which) const override {
            return which == hidden ? nullptr : world.by_chain(which);
        }
        [[nodiscard]] const Register* by_party(const model::PartyId& party) const override {
            const auto* found = world.by_party(party);
            return found == nullptr || found->chain() == hidden ? nullptr : found;
        }
    };
    CHECK(Dossier{chain}.judge(opened.statement, opened.index, w).effective());
    for (const auto& hidden : {reg, fra, sen}) {
        CHECK(Dossier{chain}.judge(opened.statement, opened.index, Withheld{w, hidden->register_chain}).reason ==
              "broken.register_missing");
    }
}
