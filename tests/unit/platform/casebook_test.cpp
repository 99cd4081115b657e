#include <catch2/catch_test_macros.hpp>

#include "platform/record/peek.hpp"
#include "tests/support/casebook_scenes.hpp"

// What an authority notes for itself: who may write there, who can open it, where things stand by it.
using namespace rogatory;
using namespace rogatory::record;
using namespace rogatory::tests;
using namespace rogatory::tests::casebook_scene;

TEST_CASE("casebook: each case has the effect, or the reason, that it should") {
    Scene scene;
    std::size_t effective = 0;
    for (auto& one : scene.cases()) {
        const auto outcome = scene.world.judge(scene.world.sign(*one.signer, scene.chain(), std::move(one.body)));
        CAPTURE(one.what);
        CHECK(outcome.reason == one.reason);
        CHECK(outcome.verdict == (one.reason.empty() ? Verdict::effective : Verdict::void_));
        effective += outcome.effective() ? 1U : 0U;
    }
    CHECK(effective == 3);
}

TEST_CASE("casebook: what is void keeps its place and is none of the notes") {
    Scene scene;
    const auto& book = scene.world.casebook(scene.chain());
    CHECK(book.notes() == std::vector<std::uint64_t>{0, 1, 3});
    CHECK(book.head().length == 4);
    CHECK(book.authority() == scene.world.ref(*scene.custodian));
}

TEST_CASE("casebook: its chain is known to who holds the authority's first generation") {
    Scene scene;
    auto& w = scene.world;
    const auto again = age::HybridIdentity::parse(scene.first_generation.encode().expose_secret());
    REQUIRE(again);
    CHECK(casebook_chain(scene.custodian->authority, *again) == scene.chain());
    CHECK(casebook_chain(scene.sibling->authority, *again) != scene.chain());
    CHECK(casebook_chain(scene.custodian->authority, age::HybridIdentity::generate(w.random)) != scene.chain());
}

TEST_CASE("casebook: no note stands where another's board, receipts or casebook will") {
    Scene scene;
    auto& w = scene.world;
    const auto other = w.ref(*scene.foreign);
    for (const auto& taken : {notices_chain(other.party), receipts_chain(scene.chain(), other.authority),
                              casebook_chain(other.authority, scene.first_generation), w.id<model::ChainId>()}) {
        const Casebook foisted{taken, w.ref(*scene.custodian)};
        const auto note = w.sign(*scene.officer, taken, Note{2, w.digest()});
        CHECK(foisted.judge(note, w.history().size(), w).reason == "void.chain_id");
    }
}

TEST_CASE("casebook: a note travels with one file for the members of its author's authority, and names no dossier") {
    Scene scene;
    auto& w = scene.world;
    const auto note = w.sign(*scene.officer, scene.chain(), Note{2, w.digest()});
    const auto needed = needs(note.statement()).blobs;
    REQUIRE(needed.size() == 1);
    CHECK(needed[0].kind == BlobKind::sealed_body);
    CHECK(needed[0].reader == scene.officer->authority);
    CHECK_FALSE(needed[0].holder);
    CHECK_FALSE(dossier_of(note.statement()));
}

TEST_CASE("casebook: a sealed note is read as it was written, and only with its statement") {
    Scene scene;
    auto& w = scene.world;
    const Notes notes{w};
    const auto statement = w.draft(*scene.officer, scene.chain(), Note{2, w.digest()});
    for (const auto& one : notes.all) {
        CAPTURE(one.what);
        const auto body = sealed(statement, one.note);
        const auto bytes = body.encode();
        REQUIRE(bytes);
        CHECK(bytes->size() == SealedBody::kMinBytes);
        const auto again = SealedBody::parse(*bytes);
        REQUIRE(again);
        CHECK(*again == body);
        CHECK(again->check(statement));
    }
    auto body = sealed(statement, notes.all[0].note);
    auto elsewhere = statement;
    elsewhere.chain = w.id<model::ChainId>();
    CHECK_FALSE(body.check(elsewhere));
    // Neither a note in a dossier nor a message in a casebook.
    auto entry = statement;
    entry.body = Closed{};
    CHECK_FALSE(body.check(entry));
    body.message = "also";
    CHECK_FALSE(body.encode());
    body.note.reset();
    CHECK(body.encode());
    CHECK_FALSE(body.check(statement));
}

TEST_CASE("casebook: what cannot be is not written") {
    Scene scene;
    auto& w = scene.world;
    const auto statement = w.draft(*scene.officer, scene.chain(), Note{2, w.digest()});
    const auto dossier = w.id<model::ChainId>();
    const auto member = w.id<model::MemberId>();
    const auto other = w.id<model::MemberId>();
    const auto written = [&](model::CasebookNote note) {
        return sealed(statement, std::move(note)).encode().has_value();
    };
    CHECK_FALSE(written(model::Assigned{dossier, member, member}));
    CHECK_FALSE(written(model::Assigned{dossier, {}, member}));
    CHECK_FALSE(written(model::Deputised{member, member, "2027-01-01", "2027-01-02"}));
    CHECK_FALSE(written(model::Deputised{member, other, "2027-01-02", "2027-01-01"}));
    CHECK_FALSE(written(model::Deputised{member, other, "2027-02-30", "2027-03-01"}));
    CHECK_FALSE(written(model::Linked{dossier, dossier, model::LinkRelation::reply}));
    CHECK_FALSE(written(model::Remarked{dossier, ""}));
    CHECK_FALSE(written(model::Remarked{dossier, std::string(4097, 'x')}));
    CHECK_FALSE(written(model::HandedOver{member, member}));
    CHECK(written(model::Remarked{dossier, std::string(4096, 'x')}));
}

TEST_CASE("casebook: what was said last holds") {
    Scene scene;
    const Notes n{scene.world};
    CasebookState state;
    const auto apply_until = [&](std::size_t from, std::size_t to) {
        for (auto i = from; i < to; ++i) state.apply(n.all[i].note, {});
    };
    apply_until(0, 4);
    CHECK(state.assignments().at(n.first).member == n.bineta);
    CHECK(state.assignments().at(n.second).deputy == n.bineta);
    CHECK(state.deals_with(n.awa, n.third, "2027-08-15"));
    CHECK_FALSE(state.deals_with(n.awa, n.first, "2027-08-15"));

    apply_until(4, 7);
    CHECK_FALSE(state.deputy_of(n.awa, "2027-07-31"));
    CHECK(state.deputy_of(n.awa, "2027-08-01") == n.cheikh);
    CHECK(state.deputy_of(n.awa, "2027-08-10") == n.bineta);
    CHECK(state.deputy_of(n.awa, "2027-08-12") == n.cheikh);
    CHECK_FALSE(state.deputy_of(n.awa, "2027-08-20"));
    CHECK(state.deputy_of(n.awa, "2027-08-31") == n.cheikh);
    CHECK_FALSE(state.deputy_of(n.awa, "2027-09-01"));
    CHECK(state.deals_with(n.cheikh, n.second, "2027-08-31"));
    CHECK_FALSE(state.deals_with(n.cheikh, n.second, "2027-09-01"));
    CHECK(state.deputyships().size() == 3);

    apply_until(7, 12);
    CHECK(state.links().size() == 2);
    CHECK(state.links_of(n.second).size() == 1);
    CHECK(state.links_of(n.second)[0].relation == model::LinkRelation::same_matter);
    CHECK(state.links_of(n.first).size() == 2);
    apply_until(12, 14);
    CHECK(state.remarks(n.first).size() == 2);
    CHECK(state.remarks(n.second).empty());

    apply_until(14, 15);
    CHECK(state.assigned_to(n.awa).empty());
    CHECK(state.assignments().at(n.second).member == n.cheikh);
    CHECK(state.assignments().at(n.second).deputy == n.bineta);
    // He deals with it himself, and is nobody's deputy in it.
    CHECK_FALSE(state.assignments().at(n.third).deputy);
    apply_until(15, 16);
    CHECK_FALSE(state.assignments().contains(n.first));
    CHECK_FALSE(state.assignments().at(n.second).deputy);
    apply_until(16, 17);
    CHECK(state.assignments().size() == 1);
    // A longer time away says all that was said of its days anew.
    state.apply(model::Deputised{n.awa, {}, "2027-01-01", "2027-12-31"}, {});
    CHECK(state.deputyships().size() == 1);
    // The deputy stays with what nobody took over.
    state.apply(model::Assigned{n.first, n.awa, n.bineta}, {});
    state.apply(model::HandedOver{n.awa, {}}, {});
    CHECK(state.assignments().at(n.first).member == n.bineta);
    CHECK_FALSE(state.assignments().at(n.first).deputy);
}
