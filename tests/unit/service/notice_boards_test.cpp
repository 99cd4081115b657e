#include <catch2/catch_test_macros.hpp>

#include "platform/record/chains.hpp"
#include "tests/support/notice_scenes.hpp"
#include "tests/unit/service/fixture.hpp"

// A Party's notice board on the server: who writes, who reads, what it costs.
using namespace rogatory;
using namespace rogatory::tests;
using namespace rogatory::tests::notice_scene;

namespace {

struct BoardFixture : PeopledFixture {
    OfficialPtr kenya = world->found(*admin, "KEN");
    model::ChainId board_of(Official& who) {
        return record::notices_chain(world->by_chain(who.register_chain)->party());
    }
    void flag(Official& who) {
        world->append(who, world->sign(who, who.register_chain, record::PublisherSet{who.authority, true}));
    }
    std::string says(Official& who, const model::ChainId& chain, record::Body body) {
        const auto stored = world->try_append(who, world->sign(who, chain, std::move(body)));
        return stored ? "yes" : stored.error().key();
    }
    record::Body row(const std::string& from) {
        return set_of<record::FocalPointSet>(record::random_id<model::NoticeId>(world->random), focal(from));
    }
    std::string reads(const service::Principal& who, const model::ChainId& chain) {
        const auto page = services->chains.read(who, chain, 0, 10);
        return page ? std::to_string(page->items.size()) : page.error().key();
    }
};

}  // namespace

TEST_CASE("a board is written by officers of publishers of its own Party alone", "[service][notices]") {
    BoardFixture f;
    const auto board = f.board_of(*f.senegal);
    CHECK(f.says(*f.senegal, board, f.row("2026-01-01")) == "void.not_publisher");
    f.flag(*f.senegal);
    f.flag(*f.france);
    // Another Party's, whether it is there yet or not; and no other chain shows by this whether it is there.
    CHECK(f.says(*f.france, board, f.row("2026-01-01")) == "void.not_the_party");
    CHECK(f.says(*f.senegal, board, f.row("2026-01-01")) == "yes");
    CHECK(f.says(*f.france, board, f.row("2030-01-01")) == "void.not_the_party");
    const auto dossier = f.world->open(*f.senegal, {f.world->ref(*f.france)});
    CHECK(f.says(*f.kenya, dossier, f.row("2026-01-01")) == "void.not_the_party");
    CHECK(f.says(*f.kenya, record::random_id<model::ChainId>(f.world->random), f.row("2026-01-01")) ==
          "void.not_the_party");
    CHECK(f.says(*f.senegal, board, f.row("2026-06-01")) == "void.notice_overlap");
    CHECK(f.says(*f.senegal, board, record::PublisherSet{f.senegal->authority, false}) != "yes");
    CHECK(f.store->verify_log());
}

TEST_CASE("every signed-in member of any Party reads a board, and nobody else", "[service][notices]") {
    BoardFixture f;
    f.flag(*f.senegal);
    const auto board = f.board_of(*f.senegal);
    CHECK(f.reads(f.world->principal(*f.kenya), board) == "access.not_found");  // nothing was published
    CHECK(f.says(*f.senegal, board, f.row("2026-01-01")) == "yes");
    CHECK(f.reads(f.world->principal(*f.kenya), board) == "1");
    CHECK(f.reads(f.world->principal(*f.senegal), board) == "1");
}

TEST_CASE("rows stand after a restart and count against the quota", "[service][notices]") {
    BoardFixture f;
    f.flag(*f.senegal);
    const auto board = f.board_of(*f.senegal);
    const auto bytes = [&] {
        return f.store->read(
            [&](const ports::Repositories& r) { return r.records().bytes_of_authority(f.senegal->authority); });
    };
    const auto before = bytes();
    CHECK(f.says(*f.senegal, board, f.row("2026-01-01")) == "yes");
    CHECK(bytes() > before + 300);
    const auto stored = f.store->read([&](const ports::Repositories& r) { return *r.records().find_chain(board); });
    CHECK(stored.kind == ports::ChainKind::notices);
    CHECK(stored.party == f.world->by_chain(f.senegal->register_chain)->party());
    // Replayed from what is stored: the overlap is seen, and what does not overlap is taken.
    f.restart();
    f.world->sign_in(*f.senegal);
    CHECK(f.says(*f.senegal, board, f.row("2027-01-01")) == "void.notice_overlap");
    CHECK(f.says(*f.senegal, board,
                 set_of<record::LawEntrySet>(record::random_id<model::NoticeId>(f.world->random), law("2026-01-01"))) ==
          "yes");
}

TEST_CASE("a State's row of the report is taken once it was answered or its thirty days are over",
          "[service][notices]") {
    BoardFixture f;
    const auto court = f.world->found(*f.admin, "X-OTP");
    f.flag(*court);
    f.flag(*f.senegal);
    const auto board = f.board_of(*court);
    const auto row = [&](const std::string& state, model::PublishedAnswer answer, UnixSeconds proposed_at) {
        auto out = published(state);
        out.answer = answer;
        out.proposed_at = proposed_at;
        out.confirmed_at.reset();
        if (answer == model::PublishedAnswer::confirmed) out.confirmed_at = proposed_at;
        return set_of<record::RowPublished>(record::random_id<model::NoticeId>(f.world->random), out);
    };
    constexpr UnixSeconds kOneDay = 24 * 60 * 60;
    const auto now = f.clock.now();
    using enum model::PublishedAnswer;
    CHECK(f.says(*court, board, row("SEN", none, now - 29 * kOneDay)) == "void.row_too_early");
    CHECK(f.says(*court, board, row("SEN", commented, now - 29 * kOneDay)) == "void.row_too_early");
    CHECK(f.says(*f.senegal, f.board_of(*f.senegal), row("SEN", confirmed, now - kOneDay)) == "void.row_organ");
    CHECK(f.says(*court, board, row("SEN", confirmed, now - kOneDay)) == "yes");
    CHECK(f.says(*court, board, row("SEN", confirmed, now - kOneDay)) == "void.notice_overlap");
    CHECK(f.says(*court, board, row("FRA", none, now - 31 * kOneDay)) == "yes");
    CHECK(f.reads(f.world->principal(*f.kenya), board) == "2");
}
