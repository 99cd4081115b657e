#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "platform/agent/notices.hpp"
#include "platform/agent/report_rows.hpp"
#include "tests/support/agent_scene.hpp"

// A State's row of an organ's report at the trusted end: told, answered, published, and held against what was told.
using namespace rogatory;
using namespace rogatory::test;

namespace {

constexpr UnixSeconds kOneDay = 24 * 60 * 60;

struct Year : Scene {
    Year() {
        auto custodian = cast.person("x-otp.1").working();
        must(agent::set_publisher(custodian, cast.person("x-otp.1").working().memberships().front().authority_name,
                                  true));
    }
    agent::RowOrder order(std::uint64_t hide_below = 5, std::string to = "SEN") {
        const auto today = casework::Date::at(cast.platform.now, 0);
        const auto begun = casework::reporting_year(today).from;
        return {to.substr(0, 3), to, casework::reporting_year(begun.plus_days(-1)), begun.plus_days(-1), hide_below,
                "Row",           ""};
    }
    Hash told(std::uint64_t hide_below = 5) {
        auto organ = cast.person("x-otp.1").working();
        return must(agent::propose_row(organ, order(hide_below), nullptr)).sent.chain;
    }
    agent::RowComparison row(const std::string& who, const Hash& chain) {
        auto reader = cast.person(who).working();
        return must(agent::show_row(reader, chain));
    }
    void answer(const Hash& chain, model::RowAnswer said, const std::string& words = "") {
        auto state = cast.person("sen.1").working();
        must(agent::answer_row(state, chain, said, words, nullptr));
    }
    std::string publish(const Hash& chain, const std::string& who = "x-otp.1") {
        auto organ = cast.person(who).working();
        const auto done = agent::publish_row(organ, chain);
        return done ? "" : done.error().key();
    }
    agent::PublishedTable table(const std::string& who) {
        auto reader = cast.person(who).working();
        return must(agent::published_table(reader, std::nullopt));
    }
};

}  // namespace

TEST_CASE("report rows: told by the organ, read beside one's own count, confirmed, published, found by everybody") {
    Year year;
    auto state = year.cast.person("sen.1").working();
    CHECK(key_of(agent::propose_row(state, year.order(), nullptr)) == "report_row.not_organ");
    auto organ = year.cast.person("x-otp.1").working();
    auto running = year.order();
    running.period = casework::reporting_year(casework::Date::at(year.cast.platform.now, 0));
    CHECK(key_of(agent::propose_row(organ, running, nullptr)) == "report_row.period");
    auto body = year.order();
    body.party = "X-REG";
    CHECK(key_of(agent::propose_row(organ, body, nullptr)) == "report_row.not_state");

    const auto chain = year.told();
    CHECK(key_of(agent::propose_row(organ, year.order(), nullptr)) == "report_row.told_already");
    CHECK(must(agent::list_rows(state)).empty());  // it has not opened it yet
    const auto read = year.row("sen.1", chain);
    CHECK(read.view.side == "state");
    CHECK(read.counted);
    CHECK(read.differences.empty());
    CHECK(must(agent::list_rows(state)).size() == 1);
    CHECK(key_of(agent::answer_row(state, chain, model::RowAnswer::commented, "", nullptr)) == "report_row.no_words");
    CHECK(key_of(agent::answer_row(organ, chain, model::RowAnswer::confirmed, "", nullptr)) ==
          "report_row.not_state_of_row");
    CHECK(year.publish(chain) == "report_row.too_early");
    CHECK(year.publish(chain, "sen.1") == "report_row.not_organ");
    CHECK(year.table("sen.1").rows.empty());

    year.answer(chain, model::RowAnswer::confirmed, "As we count it.");
    CHECK(year.row("x-otp.1", chain).view.words == "As we count it.");
    CHECK(year.publish(chain).empty());
    CHECK(year.publish(chain) == "void.nothing_changed");
    const auto shown = year.table("sen.2");
    REQUIRE(shown.rows.size() == 1);
    CHECK(shown.rows.front().published.answer == model::PublishedAnswer::confirmed);
    CHECK(shown.rows.front().published.report_row == read.view.row);
    CHECK(shown.rows.front().differs.empty());
    CHECK(year.row("sen.1", chain).view.published_differs.empty());
}

TEST_CASE("report rows: without a confirmation thirty days pass, a comment shortens nothing") {
    Year year;
    const auto chain = year.told();
    year.row("sen.1", chain);
    const auto commented = GENERATE(true, false);
    if (commented) year.answer(chain, model::RowAnswer::commented, "Two requests are missing.");
    year.cast.platform.now += 29 * kOneDay;
    CHECK(year.publish(chain) == "report_row.too_early");
    // Whoever leaves the question out is refused by the board's judge, on every device and by the server.
    auto organ = year.cast.person("x-otp.1").working();
    const auto view = year.row("x-otp.1", chain).view;
    model::PublishedRow early{view.row, view.proposed_at, model::PublishedAnswer::none, std::nullopt};
    CHECK(key_of(agent::publish_notices(organ, agent::NoticeKind::published_row,
                                        {{std::nullopt, early, std::nullopt}})) == "void.row_too_early");
    year.cast.platform.now += kOneDay + 60;
    CHECK(year.publish(chain).empty());
    const auto shown = year.table("x-otp.2");
    REQUIRE(shown.rows.size() == 1);
    CHECK(shown.rows.front().published.answer ==
          (commented ? model::PublishedAnswer::commented : model::PublishedAnswer::none));
    // Said after it was published: that is no difference.
    year.cast.platform.now += 60;
    year.answer(chain, model::RowAnswer::confirmed);
    CHECK(year.row("sen.1", chain).view.published_differs.empty());
    // And the organ may then say so.
    CHECK(year.publish(chain).empty());
    CHECK(year.table("sen.1").rows.front().published.answer == model::PublishedAnswer::confirmed);
}

TEST_CASE("report rows: told anew, the State has its time anew, and its earlier answer is of the earlier row") {
    Year year;
    const auto chain = year.told();
    year.row("sen.1", chain);
    year.answer(chain, model::RowAnswer::confirmed);
    year.cast.platform.now += 3 * kOneDay;
    CHECK(year.told(0) == chain);
    CHECK_FALSE(year.row("x-otp.1", chain).view.answer);
    CHECK(year.publish(chain) == "report_row.too_early");
}

TEST_CASE("report rows: what is published otherwise than it was told is named to the State") {
    Year year;
    const auto chain = year.told();
    auto view = year.row("sen.1", chain).view;
    year.answer(chain, model::RowAnswer::commented, "Wrong.");
    year.cast.platform.now += 31 * kOneDay;
    auto organ = year.cast.person("x-otp.1").working();
    auto row = view.row;
    row.received.push_back({"requests", 900});
    const model::PublishedRow lie{row, view.proposed_at - kOneDay, model::PublishedAnswer::confirmed, view.proposed_at};
    must(agent::publish_notices(organ, agent::NoticeKind::published_row, {{std::nullopt, lie, std::nullopt}}));
    CHECK(year.row("sen.1", chain).view.published_differs == std::vector<std::string>{"figures", "date", "answer"});
    const auto shown = year.table("sen.1");
    REQUIRE(shown.rows.size() == 1);
    CHECK(shown.rows.front().differs.size() == 3);
    // Who knows nothing of the dossier reads what was published, and no more.
    CHECK(shown.sums.received.front() == casework::Cell{900});
}
