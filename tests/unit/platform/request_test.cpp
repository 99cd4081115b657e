#include <catch2/catch_test_macros.hpp>

#include "platform/record/sealed_body.hpp"
#include "tests/support/request_scenes.hpp"

using namespace rogatory;
using namespace rogatory::record;
using namespace rogatory::tests::request_scene;
using model::Obstacle;
using model::OffPlatformAct;

namespace {

struct Told : Scene {
    std::string reason(Who signer, const model::ChainId& chain, Body body) {
        return world.judge(world.sign(*who[signer], chain, std::move(body))).reason;
    }
    std::string first(Who signer, const model::ChainId& chain, Routing routing) {
        auto entry = world.entry(chain);
        entry.routing = std::move(routing);
        return reason(signer, chain, entry);
    }
};

}  // namespace

TEST_CASE("request: it begins with an entry of the opener that routes it, and with nothing else") {
    Told s;
    auto& w = s.world;
    const auto chain = s.open();
    const auto good = s.routing_to(w.ref(*s.who[requested]));
    CHECK(s.first(requesting, chain, good).empty());
    CHECK(s.reason(requesting, chain, w.entry(chain)) == "void.request_not_sent");
    CHECK(s.reason(requested, chain, w.entry(chain)) == "void.request_not_sent");
    CHECK(s.reason(requested, chain, Reminded{1, {}}) == "void.request_not_sent");
    CHECK(s.first(requested, chain, good) == "void.not_opener");
    auto bad = good;
    bad.due = w.now;
    CHECK(s.first(requesting, chain, bad) == "void.due");
    CHECK(s.first(requesting, chain, s.routing_to(w.ref(*s.who[requesting]))) == "void.requested");
    CHECK(s.first(requesting, chain, s.routing_to(w.ref(*s.who[requested_sister]))) == "void.requested");
    CHECK(s.first(requesting, chain, s.routing_to(w.ref(*s.who[stranger]))) == "void.requested");
    // A State without an account: by its code, and a State it is.
    bad = good;
    bad.party.reset();
    bad.authority.reset();
    bad.code = tests::code("TCD");
    CHECK(s.first(requesting, chain, bad).empty());
    bad.code = tests::code("X-TFV");
    CHECK(s.first(requesting, chain, bad) == "void.requested");

    s.send(chain);
    CHECK(s.first(requesting, chain, good) == "void.routing");
    CHECK(s.reason(requested, chain, w.entry(chain)).empty());
    const auto share = w.open(*s.who[requesting], {w.ref(*s.who[requested])}, {});
    CHECK(s.first(requesting, share, good) == "void.routing");
    CHECK(s.reason(requesting, share, Reminded{1, {}}) == "void.not_a_request");
}

TEST_CASE("request: what is malformed is not even void") {
    Told s;
    auto& w = s.world;
    const auto chain = s.open();
    const auto readable = [&](const Routing& routing) {
        auto entry = w.entry(chain);
        entry.routing = routing;
        return record::sign(w.draft(*s.who[requesting], chain, entry), s.who[requesting]->key).has_value();
    };
    const auto good = s.routing_to(w.ref(*s.who[requested]));
    CHECK(readable(good));
    auto bad = good;
    bad.commit = w.digest();  // both
    CHECK_FALSE(readable(bad));
    bad.clear.reset();
    CHECK(readable(bad));
    bad.commit.reset();  // neither
    CHECK_FALSE(readable(bad));
    bad = good;
    bad.code = tests::code("TCD");
    CHECK_FALSE(readable(bad));
    bad = good;
    bad.status = RequestStatus::acknowledged;
    CHECK_FALSE(readable(bad));
    bad = good;
    bad.status = RequestStatus::urgent_unconfirmed;
    CHECK(readable(bad));
    bad.clear->urgency = model::Urgency::ordinary;
    CHECK_FALSE(readable(bad));
    for (auto change : {+[](model::RequestRouting& r) { r.reference = ""; },
                        +[](model::RequestRouting& r) { r.reference = "two\nlines"; },
                        +[](model::RequestRouting& r) { r.reference = std::string(65, 'x'); },
                        +[](model::RequestRouting& r) { r.kinds.clear(); },
                        +[](model::RequestRouting& r) {
                            r.kinds = {model::Assistance::general, model::Assistance::tracing};
                        },
                        +[](model::RequestRouting& r) { r.situation = "ICC 01"; },
                        +[](model::RequestRouting& r) { r.language = "FR"; }}) {
        bad = good;
        change(*bad.clear);
        CHECK_FALSE(readable(bad));
    }
}

TEST_CASE("request: reasons, obstacles and remarks are asked for, and come from whom they may") {
    Told s;
    auto& w = s.world;
    const auto chain = s.in.at(RequestStatus::acknowledged);
    auto refuse = s.status(chain, RequestStatus::refused, requested);
    CHECK(s.reason(requested, chain, refuse).empty());
    auto bad = refuse;
    bad.sealed.reset();
    CHECK(s.reason(requested, chain, bad) == "void.status_reason");
    bad = refuse;
    bad.basis = w.id<model::StatementId>();
    CHECK(s.reason(requested, chain, bad) == "void.basis");
    bad = refuse;
    bad.from = RequestStatus::in_execution;
    CHECK(s.reason(requested, chain, bad) == "void.status_from");
    bad = refuse;
    bad.refs = {w.id<model::StatementId>()};
    CHECK(s.reason(requested, chain, bad) == "void.unknown_statement");
    bad = refuse;
    bad.obstacles = {Obstacle::too_vague, Obstacle::no_reply};
    CHECK(s.reason(requested, chain, bad) == "void.obstacle_side");
    auto stuck = s.status(chain, RequestStatus::acknowledged, requested);
    stuck.obstacles.clear();
    CHECK(s.reason(requested, chain, stuck) == "void.status_obstacle");
    const auto executed = s.in.at(RequestStatus::executed);
    auto remark = s.status(executed, RequestStatus::executed, requesting);
    CHECK(s.reason(requesting, executed, remark).empty());
    remark.remark.reset();
    CHECK(s.reason(requesting, executed, remark) == "void.status_remark");

    // No answer is an obstacle only after a reminder.
    const auto quiet = s.open();
    s.send(quiet);
    CHECK(s.reason(requesting, quiet, s.status(quiet, RequestStatus::sent, requesting)) == "void.obstacle_no_reminder");
    CHECK(s.reason(requesting, quiet, Reminded{2, {}}) == "void.reminder_number");
    w.must(*s.who[requesting], quiet, Reminded{1, {}});
    CHECK(s.reason(requesting, quiet, s.status(quiet, RequestStatus::sent, requesting)).empty());
    // Refused in part: the rest goes on.
    refuse.in_part = true;
    w.must(*s.who[requested], chain, refuse);
    CHECK(s.request(chain).refused_in_part);
    w.must(*s.who[requested], chain, s.status(chain, RequestStatus::partly_executed, requested));
    CHECK_FALSE(s.request(chain).refused_in_part);
    CHECK(s.request(chain).replied_at);
}

TEST_CASE("request: a finding is the Registry's, and of the Court's requests alone") {
    Told s;
    auto& w = s.world;
    const auto chain = s.in.at(RequestStatus::refused);
    CHECK(s.reason(requesting, chain, s.status(chain, RequestStatus::referred, requesting)) == "void.status_registry");
    CHECK(s.reason(registry, chain, s.status(chain, RequestStatus::referred, registry)).empty());
    CHECK(s.reason(registry, chain, s.status(chain, RequestStatus::closed, registry)) == "void.status_side");
    // Of State to State nobody makes one.
    const auto& sen = *s.who[third];
    const auto other = w.open(sen, {w.ref(*s.who[requested]), w.ref(*s.who[registry])}, {}, DossierKind::request);
    auto first = w.entry(other);
    first.routing = s.routing_to(w.ref(*s.who[requested]));
    w.must(sen, other, first);
    CHECK(s.reason(registry, other, s.status(other, RequestStatus::referred, registry)) == "void.status_court");
}

TEST_CASE("request: due dates are proposed and agreed by the two sides; the first one stays known") {
    Told s;
    auto& w = s.world;
    const auto chain = s.in.at(RequestStatus::in_execution);
    const auto first_due = s.request(chain).first_due;
    const auto proposal = s.proposals.at(chain);
    CHECK(s.reason(requested, chain, DueAgreed{proposal, {}}) == "void.due_own");
    CHECK(s.reason(requesting, chain, DueAgreed{w.id<model::StatementId>(), {}}) == "void.due_proposal");
    CHECK(s.reason(requested, chain, DueProposed{w.now, {}}) == "void.due");
    CHECK(s.reason(requested, chain, DueProposed{*first_due, {}}) == "void.nothing_changed");
    // A newer proposal takes the older one's place.
    const auto later = w.must(*s.who[requested_sister], chain, DueProposed{w.now + 70 * kDay, {}});
    CHECK(s.reason(requesting, chain, DueAgreed{proposal, {}}) == "void.due_proposal");
    const auto agreed = w.now + 70 * kDay;
    w.must(*s.who[requesting], chain, DueAgreed{later, {}});
    CHECK(s.request(chain).first_due == first_due);
    CHECK(*s.request(chain).due > agreed - kHour);
    CHECK(s.reason(requesting, chain, DueAgreed{later, {}}) == "void.due_proposal");
}

TEST_CASE("request: what happened off the platform moves it, is marked, and the other side may confirm it") {
    Told s;
    auto& w = s.world;
    const auto chain = s.in.at(RequestStatus::sent);
    const auto note = [&](OffPlatformAct act, UnixSeconds date) {
        return OffPlatform{act, model::Medium::note_verbale, date, std::nullopt, w.digest()};
    };
    CHECK(s.reason(requested, chain, note(OffPlatformAct::sent, w.now)) == "void.status_side");
    CHECK(s.reason(requested, chain, note(OffPlatformAct::acknowledged, w.now + 3 * kDay)) == "void.off_platform_date");
    auto scanned = note(OffPlatformAct::acknowledged, w.now - 5 * kDay);
    scanned.entry = s.request(chain).sent_by;
    CHECK(s.reason(requested, chain, scanned) == "void.not_owner");
    scanned.entry = w.id<model::StatementId>();
    CHECK(s.reason(requested, chain, scanned) == "void.unknown_entry");
    scanned.entry = w.add_entry(*s.who[requested], chain);
    const auto act = w.must(*s.who[requested], chain, scanned);
    CHECK(s.request(chain).status == RequestStatus::acknowledged);
    // What is said to have been answered before it was asked counts from the asking.
    REQUIRE(scanned.date < s.request(chain).sent_at);
    CHECK(s.request(chain).acknowledged_at == s.request(chain).sent_at);
    // Recorded again by the other side: a fact, and no step back.
    w.must(*s.who[requesting], chain, note(OffPlatformAct::replied, w.now));
    CHECK(s.request(chain).status == RequestStatus::executed);
    w.must(*s.who[requesting], chain, note(OffPlatformAct::acknowledged, w.now));
    CHECK(s.request(chain).status == RequestStatus::executed);
    CHECK(s.reason(requested_sister, chain, OffPlatformConfirmed{act, {}}) == "void.off_platform_own");
    w.must(*s.who[requesting], chain, OffPlatformConfirmed{act, {}});
    CHECK(s.reason(requesting, chain, OffPlatformConfirmed{act, {}}) == "void.nothing_changed");
    CHECK(s.reason(requesting, chain, OffPlatformConfirmed{w.id<model::StatementId>(), {}}) ==
          "void.unknown_statement");

    // A State that is not here: its acts are recorded by whoever asked.
    const auto alone = w.open(*s.who[requesting], {}, {}, DossierKind::request);
    auto first = w.entry(alone);
    first.routing = Routing{std::nullopt, std::nullopt,     tests::code("TCD"), RequestStatus::sent,
                            std::nullopt, routing_fields(), std::nullopt};
    w.must(*s.who[requesting], alone, first);
    w.must(*s.who[requesting], alone, note(OffPlatformAct::acknowledged, w.now));
    w.must(*s.who[requesting], alone, note(OffPlatformAct::replied, w.now));
    w.must(*s.who[requesting], alone, s.status(alone, RequestStatus::closed, requesting));
    CHECK(s.request(alone).over());
}

TEST_CASE("request: confidential routing says nothing in the clear until its sender lifts it, unchanged") {
    Told s;
    auto& w = s.world;
    const auto chain = s.confidential;
    CHECK(s.request(chain).confidential());
    auto obstacle = s.status(chain, RequestStatus::sent, requested);
    CHECK(s.reason(requested, chain, obstacle) == "void.confidential");
    obstacle.obstacles.clear();
    CHECK(s.reason(requested, chain, obstacle) == "void.confidential");
    obstacle.remark.reset();
    CHECK(s.reason(requested, chain, obstacle).empty());  // it stands in the sealed body
    obstacle.sealed.reset();
    CHECK(s.reason(requested, chain, obstacle) == "void.status_obstacle");

    auto other = routing_fields();
    other.reference = "OTP/2026/0388";
    CHECK(s.reason(requesting, chain, RoutingDisclosed{other, s.salt}) == "void.routing_commit");
    CHECK(s.reason(requesting, chain, RoutingDisclosed{routing_fields(), record::random_id<RoutingSalt>(w.random)}) ==
          "void.routing_commit");
    CHECK(s.reason(requested, chain, RoutingDisclosed{routing_fields(), s.salt}) == "void.status_side");
    w.must(*s.who[requesting], chain, RoutingDisclosed{routing_fields(), s.salt});
    CHECK(s.request(chain).routing == routing_fields());
    CHECK(s.reason(requesting, chain, RoutingDisclosed{routing_fields(), s.salt}) == "void.nothing_changed");
    CHECK(s.reason(requested, chain, s.status(chain, RequestStatus::sent, requested)).empty());
}

TEST_CASE("request: the one who is asked passes it on at home, the one who asks cannot pass it to another organ") {
    Told s;
    auto& w = s.world;
    const auto chain = s.open();
    s.send(chain);
    // Nobody of the Prosecutor is needed.
    CHECK(s.reason(requested, chain, w.grant(chain, w.ref(*s.who[requested_sister]), {1})).empty());
    const auto alone = w.open(*s.who[requesting], {w.ref(*s.who[requested])}, {model::Onward::own_party, {}, {}},
                              DossierKind::request);
    s.send(alone);
    // What is the Prosecutor's own is his to give; what France answered is not.
    CHECK(s.reason(requesting, alone, w.grant(alone, w.ref(*s.who[registry]), {1})).empty());
    w.must(*s.who[requested], alone, w.entry(alone));
    CHECK(s.reason(requesting, alone, w.grant(alone, w.ref(*s.who[registry]), {1})) == "void.own_party");
    CHECK(s.reason(requested, alone, w.grant(alone, w.ref(*s.who[registry]), {1})) == "void.own_party");
}

TEST_CASE("request: its dossier is closed only when it is over, and until then who is asked stays in it") {
    Told s;
    auto& w = s.world;
    const auto asked = w.ref(*s.who[requested]);
    CHECK(s.reason(requesting, s.in.at(RequestStatus::sent), w.revoke(s.in.at(RequestStatus::sent), asked)) ==
          "void.requested_stays");
    CHECK(
        s.reason(requesting, s.in.at(RequestStatus::closed), w.revoke(s.in.at(RequestStatus::closed), asked)).empty());
    const auto& open = s.in.at(RequestStatus::executed);
    CHECK(s.reason(requesting, open, Closed{}) == "void.request_not_over");
    const auto& over = s.in.at(RequestStatus::closed);
    CHECK(s.reason(requesting, over, Closed{}).empty());
    s.world.must(*s.who[requesting], over, Closed{});
    CHECK(s.reason(requested, over, s.status(over, RequestStatus::closed, requested)) == "void.closed");
}

TEST_CASE("request: the sealed body of a confidential one holds what was committed to, and typed content") {
    Told s;
    auto& w = s.world;
    auto entry = w.entry(s.confidential, 0);
    entry.routing = s.routing_to(w.ref(*s.who[requested]));
    entry.routing->clear.reset();
    entry.routing->commit = routing_commit(routing_fields(), s.salt);
    const auto statement = w.draft(*s.who[requesting], s.confidential, entry);
    SealedBody body;
    body.chain = statement.chain;
    body.author = statement.author;
    body.nonce = statement.nonce;
    CHECK(body.check(statement).error().key() == "body.mismatch");
    body.routing = SealedBody::SealedRouting{routing_fields(), s.salt};
    CHECK(body.check(statement));
    body.routing->routing.language = "en";
    CHECK(body.check(statement).error().key() == "body.mismatch");

    model::RequestContent content;
    content.blocks = model::RequestBlocks{};
    content.blocks->facts = "A company bought timber.";
    content.persons = {{"p1", "A. Person", {{"An Alias"}}, "1961-05", {{"SEN"}}, {}, {}, {}}};
    content.accounts = {{"a1", "A bank", {}, "SN08SN0100152000048500003035", {}, "SEN", "XOF", "p1", {}, {}}};
    content.measures = {{"m1",
                         model::MeasureKind::freeze,
                         "12/2026",
                         {},
                         "2026-03-01",
                         {},
                         {{"a1"}},
                         model::Money{"1250000.50", "XOF", {}},
                         {},
                         "2028-03-01",
                         {},
                         {{model::MeasureAct::executed, "2026-03-02", {}, {}, {}, {}}}}};
    body.request = content;
    body.obstacles = {{Obstacle::bank_secrecy, "A judge must lift it.", "A certified copy."}};
    const auto bytes = body.encode();
    REQUIRE(bytes);
    CHECK(SealedBody::parse(*bytes)->request == content);
    const auto refused = [&](auto change) {
        auto other = body;
        change(*other.request);
        return !other.encode();
    };
    CHECK(refused([](model::RequestContent& c) { c.persons[0].key = "a1"; }));
    CHECK(refused([](model::RequestContent& c) { c.persons[0].key = "P1"; }));
    CHECK(refused([](model::RequestContent& c) { c.persons[0].born = "1961-13"; }));
    CHECK(refused([](model::RequestContent& c) { c.persons[0].nationalities = {{"Senegal"}}; }));
    CHECK(refused([](model::RequestContent& c) { c.accounts[0].currency = "xof"; }));
    CHECK(refused([](model::RequestContent& c) { c.measures[0].value->amount = "1 250 000,50"; }));
    CHECK(refused([](model::RequestContent& c) { c.measures[0].expiry = "2028-02-30"; }));
    CHECK(refused([](model::RequestContent& c) { c.measures[0].events[0].date = "2026"; }));
    CHECK(refused([](model::RequestContent& c) { c.persons.assign(501, c.persons[0]); }));
}
