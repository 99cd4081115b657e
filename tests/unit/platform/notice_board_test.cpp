#include <catch2/catch_test_macros.hpp>

#include "tests/support/notice_scenes.hpp"

// What may stand on a Party's notice board, who may write there, and where each row then stands.
using namespace rogatory;
using namespace rogatory::record;
using namespace rogatory::tests;
using namespace rogatory::tests::notice_scene;

TEST_CASE("notices: each case has the effect, or the reason, that it should") {
    Scene scene;
    std::size_t effective = 0;
    for (auto& one : scene.cases()) {
        const auto outcome =
            scene.world.judge(scene.world.sign(*one.signer, one.chain.value_or(scene.board()), std::move(one.body)));
        CAPTURE(one.what);
        CHECK(outcome.reason == one.reason);
        CHECK(outcome.verdict == (one.reason.empty() ? Verdict::effective : Verdict::void_));
        effective += outcome.effective() ? 1U : 0U;
    }
    CHECK(effective == 23);
}

TEST_CASE("notices: a row is replaced, ended, and tells by whom and when") {
    Scene scene;
    auto& w = scene.world;
    const auto& rows = w.board_of(*scene.officer).rows();
    CHECK(rows.size() == 5);
    CHECK(rows.at(scene.focal_id).notice == model::Notice{focal("2026-01-01", "2026-12-31")});
    CHECK(rows.at(scene.ended_id).span().to == "2027-03-31");
    CHECK(rows.at(scene.ended_id).by == w.ref(*scene.custodian));
    auto moved = law("2026-01-01");
    moved.article = "96(2)(e)";
    const auto set = w.must(*scene.officer, scene.board(), set_of<LawEntrySet>(scene.law_id, moved));
    CHECK(rows.at(scene.law_id).statement == set);
    // The place it left is free again, and the one it took is not.
    w.must(*scene.officer, scene.board(), set_of<LawEntrySet>(w.id<model::NoticeId>(), law("2026-01-01")));
    CHECK(w.say(*scene.officer, scene.board(), set_of<LawEntrySet>(w.id<model::NoticeId>(), moved)).reason ==
          "void.notice_overlap");
    // What ended before it began holds no place.
    w.must(*scene.officer, scene.board(), end_of<LawEntrySet>(scene.law_id, "2025-01-01"));
    w.must(*scene.officer, scene.board(), set_of<LawEntrySet>(w.id<model::NoticeId>(), moved));
    CHECK(rows.size() == 7);
}

TEST_CASE("notices: who loses the flag writes no more, and what was said stays") {
    Scene scene;
    auto& w = scene.world;
    w.must(*scene.custodian, scene.custodian->register_chain, PublisherSet{scene.custodian->authority, false});
    const auto before = w.board_of(*scene.officer).rows().size();
    CHECK(w.say(*scene.officer, scene.board(), end_of<LawEntrySet>(scene.law_id, kToday)).reason ==
          "void.not_publisher");
    CHECK(w.board_of(*scene.officer).rows().size() == before);
    w.must(*scene.custodian, scene.custodian->register_chain, PublisherSet{scene.unflagged->authority, true});
    w.must(*scene.unflagged, scene.board(), end_of<LawEntrySet>(scene.law_id, kToday));
}

TEST_CASE("notices: a body says of which State it speaks") {
    Scene scene;
    auto& w = scene.world;
    const auto board = scene.board_of(*scene.assembly);
    const auto reason = [&](const model::ProfileEntry& row) {
        return w.judge(w.sign(*scene.assembly, board, set_of<ProfileSet>(w.id<model::NoticeId>(), row))).reason;
    };
    CHECK(reason(profile("2026-05-01")) == "void.notice_state");
    CHECK(reason(profile("2020-05-01", "MLI")) == "void.notice_overlap");
    CHECK(reason(profile("2020-05-01", "TCD")).empty());
}

TEST_CASE("notices: a chain that does not hold is broken, as every chain is") {
    Scene scene;
    auto& w = scene.world;
    auto draft =
        w.draft(*scene.officer, scene.board(), set_of<LawEntrySet>(w.id<model::NoticeId>(), law("2026-01-01")));
    ++draft.seq;
    CHECK(w.judge(*record::sign(draft, scene.officer->key)).reason == "broken.seq");
    --draft.seq;
    draft.prev = w.id<model::StatementId>();
    CHECK(w.judge(*record::sign(draft, scene.officer->key)).reason == "broken.prev");
}

TEST_CASE("notices: what is too much is not signed") {
    Scene scene;
    auto& w = scene.world;
    RecommendationSet many;
    for (std::size_t i = 0; i <= kMaxNoticeRows; ++i) {
        many.rows.push_back({w.id<model::NoticeId>(), recommendation("R" + std::to_string(i), "2026-11-04"), {}});
    }
    std::sort(many.rows.begin(), many.rows.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    CHECK_FALSE(record::sign(w.draft(*scene.officer, scene.board(), many), scene.officer->key).has_value());
    many.rows.pop_back();
    CHECK(record::sign(w.draft(*scene.officer, scene.board(), many), scene.officer->key).has_value());
    std::swap(many.rows.front(), many.rows.back());
    CHECK_FALSE(record::sign(w.draft(*scene.officer, scene.board(), many), scene.officer->key).has_value());
}
