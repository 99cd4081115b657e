#include <catch2/catch_test_macros.hpp>

#include <map>
#include <set>

#include "platform/record/kinds.hpp"
#include "tests/support/record_scenes.hpp"

// Every kind of a dossier and of its receipts signed by everybody (protocol.md, section 4, read cell by cell).
using namespace rogatory;
using namespace rogatory::record;
using namespace rogatory::tests::dossier_scene;

namespace {

const std::map<Kind, std::set<Who>> kTable{
    {Kind::opened, {}},  // only as statement 0
    {Kind::entry,
     {opener_officer, opener_second, opener_custodian, opener_service, owner_officer, owner_second, owner_service,
      sister_officer}},
    // With the consents of opener and owner it may be any participant; but a consent that is not needed (one's own)
    // is not to be spent, so opener and owner would each name only the other's.
    {Kind::granted, {sister_officer}},
    {Kind::epoch_started,
     {opener_officer, opener_second, opener_custodian, opener_service, owner_officer, owner_second, owner_service,
      sister_officer}},
    {Kind::revoked,
     {opener_officer, opener_second, opener_custodian, opener_service, owner_officer, owner_second, owner_service,
      sister_officer}},
    {Kind::policy_changed, {opener_officer, opener_second, opener_custodian, opener_service}},
    {Kind::closed, {opener_officer, opener_second, opener_custodian, opener_service}},
    {Kind::reopened, {}},  // it is open
    {Kind::approved, {owner_second}},
    {Kind::consented, {owner_officer, owner_second, owner_service}},
    {Kind::released, {owner_officer, owner_second, owner_service}},
    {Kind::withdrawn, {owner_officer, owner_second, owner_service}},
    // This one is no request.
    {Kind::status, {}},
    {Kind::reminded, {}},
    {Kind::due_proposed, {}},
    {Kind::due_agreed, {}},
    {Kind::off_platform, {}},
    {Kind::off_platform_confirmed, {}},
    {Kind::routing_disclosed, {}},
};

// Of one's own side chain. The owner's officer fetched before.
const std::map<Kind, std::set<Who>> kReceipts{
    {Kind::fetched, {owner_second, owner_reader, owner_service, sister_officer, past_officer}},
    {Kind::opened_receipt, {owner_officer}},
    {Kind::unreadable, {owner_officer, owner_second, owner_reader, owner_service, sister_officer, past_officer}},
};

}  // namespace

TEST_CASE("dossier abuse: only the cells of the table take effect") {
    Scene scene;
    std::size_t effective = 0;
    for (const auto& row : kind_table()) {
        if (row.chain != ChainKind::dossier) continue;
        for (int signer = 0; signer < kWho; ++signer) {
            const auto who = static_cast<Who>(signer);
            const auto outcome =
                scene.world.judge(scene.world.sign(*scene.who[who], scene.chain, scene.body(row.kind)));
            CAPTURE(row.name, kNames[who], outcome.reason);
            CHECK(outcome.effective() == kTable.at(row.kind).contains(who));
            CHECK(outcome.verdict == (outcome.effective() ? Verdict::effective : Verdict::void_));
            effective += outcome.effective() ? 1U : 0U;
        }
    }
    CHECK(effective == 43);
}

TEST_CASE("receipts: any member of an authority that may read, on its own side chain, once") {
    Scene scene;
    auto& w = scene.world;
    // The opener's own people read it as well.
    auto table = kReceipts;
    for (const auto who : {opener_officer, opener_second, opener_custodian, opener_reader, opener_service}) {
        table[Kind::fetched].insert(who);
        table[Kind::unreadable].insert(who);
    }
    for (const auto kind : {Kind::fetched, Kind::opened_receipt, Kind::unreadable}) {
        for (int signer = 0; signer < kWho; ++signer) {
            const auto who = static_cast<Who>(signer);
            const auto& person = *scene.who[who];
            Body body = Fetched{scene.chain, {scene.entry_id}};
            if (kind == Kind::opened_receipt) body = OpenedReceipt{scene.chain, {scene.entry_id}};
            if (kind == Kind::unreadable) {
                body = Unreadable{scene.chain, {scene.entry_id}, UnreadableReason::sealed_body};
            }
            const auto outcome =
                w.judge(w.sign(person, receipts_chain(scene.chain, person.authority), std::move(body)));
            CAPTURE(to_text(kind), kNames[who], outcome.reason);
            CHECK(outcome.effective() == table.at(kind).contains(who));
            CHECK(outcome.verdict == (outcome.effective() ? Verdict::effective : Verdict::void_));
        }
    }
}

TEST_CASE("receipts: what may not stand in a side chain") {
    Scene scene;
    auto& w = scene.world;
    const auto& officer = *scene.who[owner_officer];
    const auto side = receipts_chain(scene.chain, officer.authority);
    const auto reason = [&](const tests::Person& who, Body body) { return w.judge(w.sign(who, side, body)).reason; };
    CHECK(reason(officer, Fetched{scene.chain, {scene.entry_id}}) == "void.nothing_changed");
    CHECK(reason(officer, Fetched{scene.chain, {w.id<model::StatementId>()}}) == "void.unknown_entry");
    CHECK(reason(officer, Fetched{side, {scene.entry_id}}) == "void.wrong_chain");
    CHECK(reason(*scene.who[opener_officer], Fetched{scene.chain, {scene.entry_id}}) == "void.wrong_chain");
    CHECK(reason(officer, Closed{}) == "void.wrong_chain");
    CHECK(w.say(officer, side, OpenedReceipt{scene.chain, {scene.entry_id}}).effective());
    CHECK(reason(officer, OpenedReceipt{scene.chain, {scene.entry_id}}) == "void.nothing_changed");
    // A past reader holds the first epoch, not the second.
    const auto later = w.add_entry(*scene.who[opener_officer], scene.chain);
    const auto& past = *scene.who[past_officer];
    const auto past_side = receipts_chain(scene.chain, past.authority);
    CHECK(w.judge(w.sign(past, past_side, Fetched{scene.chain, {later}})).reason == "void.epoch_not_held");
    const auto receipt = w.receipts(scene.chain, w.ref(officer)).of(scene.entry_id);
    REQUIRE(receipt.size() == 1);
    CHECK(receipt.at(officer.member).fetched);
    CHECK(receipt.at(officer.member).opened);
    CHECK_FALSE(receipt.at(officer.member).unreadable);
}
