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
        must(agent::answer_row(state, chain, must(agent::show_row(state, chain)).view.told, said, words, nullptr));
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
    CHECK(key_of(agent::answer_row(state, chain, read.view.told, model::RowAnswer::commented, "", nullptr)) ==
          "report_row.no_words");
    CHECK(key_of(agent::answer_row(organ, chain, read.view.told, model::RowAnswer::confirmed, "", nullptr)) ==
          "report_row.not_state_of_row");
    CHECK(year.publish(chain) == "report_row.too_early");
    CHECK(year.publish(chain, "sen.1") == "report_row.not_organ");
    CHECK(year.table("sen.1").rows.empty());

    year.answer(chain, model::RowAnswer::confirmed, "As we count it.");
    CHECK(year.row("x-otp.1", chain).view.words == "As we count it.");
    CHECK(year.publish(chain).empty());
    CHECK(year.publish(chain) == "void.nothing_changed");
    const auto shown = year.table("sen.1");
    REQUIRE(shown.rows.size() == 1);
    CHECK(shown.pending.empty());
    CHECK(shown.rows.front().published.answer == model::PublishedAnswer::confirmed);
    CHECK(shown.rows.front().published.report_row == read.view.row);
    CHECK(shown.rows.front().differs.empty());
    // A device of the State's that opened nothing of it cannot compare, and says so; it opens the file, and can.
    CHECK(year.table("sen.2").rows.front().differs == std::vector<std::string>{"not_told"});
    year.row("sen.2", chain);
    CHECK(year.table("sen.2").rows.front().differs.empty());
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

TEST_CASE("report rows: an answer is to the row that was shown, and to no other") {
    Year year;
    const auto chain = year.told();
    const auto first = year.row("sen.1", chain).view.told;
    CHECK(year.told(0) == chain);
    auto state = year.cast.person("sen.1").working();
    CHECK(key_of(agent::answer_row(state, chain, first, model::RowAnswer::confirmed, "", nullptr)) ==
          "report_row.told_anew");
    // The device of a second officer has not seen that the row was told anew: his answer, come later, is of the first.
    const auto second = year.row("sen.1", chain).view.told;
    CHECK(second != first);
    year.answer(chain, model::RowAnswer::commented, "The first one was right.");
    CHECK(year.told(5) == chain);
    CHECK(year.row("x-otp.1", chain).view.answers.empty());
    CHECK(year.publish(chain) == "report_row.too_early");
}

TEST_CASE("report rows: an answer by a clock that is ahead came before the publication all the same") {
    Year year;
    const auto chain = year.told();
    year.cast.platform.now += 60;
    year.answer(chain, model::RowAnswer::confirmed);
    year.cast.platform.now -= 30;
    CHECK(year.publish(chain).empty());
    CHECK(year.row("sen.1", chain).view.published_differs.empty());
    CHECK(year.table("sen.1").rows.at(0).differs.empty());
    // What is said after it, by a clock that is behind, was not there to be published.
    year.cast.platform.now -= 20;
    year.answer(chain, model::RowAnswer::commented, "One is missing.");
    CHECK(year.row("sen.1", chain).view.published_differs.empty());
}

TEST_CASE("report rows: what was taken back was told all the same") {
    Year year;
    const auto chain = year.told();
    year.row("sen.1", chain);
    year.answer(chain, model::RowAnswer::confirmed);
    CHECK(year.publish(chain).empty());
    auto organ = year.cast.person("x-otp.1").working();
    const auto view = year.row("x-otp.1", chain).view;
    must(agent::withdraw(organ, chain, view.seq, "A mistake."));
    year.cast.platform.now += 60;
    auto row = view.row;
    row.received.push_back({"requests", 900});
    const auto at = year.cast.platform.now;
    must(agent::publish_notices(
        organ, agent::NoticeKind::published_row,
        {{view.published_id, model::PublishedRow{row, at, model::PublishedAnswer::confirmed, at}, std::nullopt}}));
    const auto read = year.row("sen.1", chain).view;
    CHECK(read.withdrawn);
    CHECK(read.published_differs == std::vector<std::string>{"figures", "date", "answer"});
    CHECK(year.table("sen.1").rows.front().differs == read.published_differs);
    CHECK(year.publish(chain) == "report_row.withdrawn");
    auto state = year.cast.person("sen.1").working();
    CHECK(key_of(agent::answer_row(state, chain, read.told, model::RowAnswer::confirmed, "", nullptr)) ==
          "report_row.withdrawn");
}

TEST_CASE("report rows: published of other days than told, or without being told, is named to the State") {
    Year year;
    const auto chain = year.told();
    const auto view = year.row("sen.1", chain).view;
    year.answer(chain, model::RowAnswer::confirmed);
    auto organ = year.cast.person("x-otp.1").working();
    const auto publish = [&](model::ReportRow row, const std::string& party) {
        row.party = party;
        row.as_of = casework::Date::at(year.cast.platform.now, 0).text();
        const auto at = year.cast.platform.now;
        must(agent::publish_notices(
            organ, agent::NoticeKind::published_row,
            {{std::nullopt, model::PublishedRow{row, at, model::PublishedAnswer::confirmed, at}, std::nullopt}}));
    };
    auto other = view.row;
    other.to = must(casework::Date::parse(other.to)).plus_days(-1).text();
    publish(other, "SEN");
    publish(other, "FRA");
    const auto shown = year.table("sen.1");
    REQUIRE(shown.rows.size() == 2);
    CHECK(shown.rows.at(0).differs.empty());  // France's: Senegal knows nothing of it
    CHECK(shown.rows.at(1).differs.front() == "period");
    CHECK(year.table("x-otp.1").rows.at(0).differs == std::vector<std::string>{"not_told"});
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
