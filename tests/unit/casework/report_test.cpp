#include "platform/casework/report.hpp"

#include <catch2/catch_test_macros.hpp>

#include "platform/casework/cells.hpp"
#include "platform/casework/report_text.hpp"
#include "tests/unit/casework/vectors.hpp"

namespace rogatory::casework {
namespace {

Date day(std::string_view iso) { return Date::parse(iso).value(); }
model::PartyCode party(std::string_view code) { return model::PartyCode::parse(code).value(); }

RequestFacts request(std::string reference, std::string_view requested, std::string organ = "prosecutor") {
    return RequestFacts{.reference = std::move(reference),
                        .requesting = party("X-OTP"),
                        .requested = party(requested),
                        .organ = std::move(organ),
                        .nature = "judicial_assistance",
                        .kinds = {"tracing"},
                        .sent = day("2020-10-01"),
                        .first_due = day("2020-12-01"),
                        .agreed_due = std::nullopt,
                        .acknowledged = std::nullopt,
                        .replied = std::nullopt,
                        .partly_executed = std::nullopt,
                        .referred = std::nullopt,
                        .outcome = std::nullopt,
                        .ended = std::nullopt,
                        .obstacles = {}};
}

ReportOptions year() {
    return ReportOptions{
        .period = reporting_year(day("2021-01-01")), .as_of = day("2021-09-15"), .hide_below = 0, .parties = {}};
}

Cell cell(const Tally& tally, std::string_view figure) { return tally.counts.at(figure_index(figure).value()); }

Result<ReportOptions> options_of(const test::Json& json) {
    auto out = ReportOptions{.period = {day(test::text(json, "from")), day(test::text(json, "to"))},
                             .as_of = day(test::text(json, "as_of")),
                             .hide_below = test::number(json, "hide_below"),
                             .parties = {}};
    if (const auto* parties = test::find(json, "parties"))
        for (const auto& code : *parties->array()) out.parties.insert(party(*code.string()));
    return out;
}

}  // namespace

TEST_CASE("the reporting year runs from 16 September to 15 September", "[casework][report]") {
    CHECK(reporting_year(day("2021-09-15")) == Period{day("2020-09-16"), day("2021-09-15")});
    CHECK(reporting_year(day("2021-09-16")) == Period{day("2021-09-16"), day("2022-09-15")});
    CHECK(reporting_year(day("2024-02-29")) == Period{day("2023-09-16"), day("2024-09-15")});
}

TEST_CASE("the report's figures are those of the shared cases", "[casework][report]") {
    test::run_cases("report.json", [](const test::Json& input) -> test::Json {
        std::vector<RequestFacts> facts;
        for (const auto& one : *test::member(input, "facts").array()) {
            auto parsed = RequestFacts::parse(one);
            if (!parsed) return test::error_json(parsed.error());
            const auto written = parsed->json();
            CHECK(RequestFacts::parse(written).value().json() == written);
            facts.push_back(std::move(*parsed));
        }
        const auto report = make_report(facts, options_of(test::member(input, "options")).value());
        if (!report) return test::error_json(report.error());
        CHECK(sum_differences(*report).empty());
        for (const auto& row : report->rows) CHECK(parse_row(row_json(row)).value() == row);
        return test::Json::Object{{"report", report_json(*report)},
                                  {"csv_en", report_csv(*report, Language::en)},
                                  {"csv_fr", report_csv(*report, Language::fr)}};
    });
}

TEST_CASE("a State's row of an organ's report is that of the shared cases", "[casework][report]") {
    test::run_cases("report_rows.json", [](const test::Json& input) -> test::Json {
        std::vector<RequestFacts> facts;
        for (const auto& one : *test::member(input, "facts").array()) {
            facts.push_back(RequestFacts::parse(one).value());
        }
        const auto row = count_row(facts, party(test::text(input, "party")), party(test::text(input, "organ")),
                                   options_of(test::member(input, "options")).value());
        if (!row) return test::error_json(row.error());
        CHECK(row_differences(*row, *row).empty());
        const auto sums = sum_of_rows({party_row_of(*row).value()});
        const auto figures = [](const std::vector<model::ReportFigure>& list) {
            test::Json::Array out;
            for (const auto& one : list) {
                test::Json::Object of{{"figure", one.figure}};
                if (one.count) of.emplace("count", *one.count);
                out.emplace_back(std::move(of));
            }
            return out;
        };
        test::Json::Object json{{"party", row->party}, {"organ", row->organ}, {"from", row->from},
                                {"to", row->to},       {"as_of", row->as_of}, {"hide_below", row->hide_below}};
        if (!row->received.empty()) json.emplace("received", figures(row->received));
        if (!row->sent.empty()) json.emplace("sent", figures(row->sent));
        return test::Json::Object{{"row", std::move(json)},
                                  {"csv_en", published_csv({{*row, "confirmed"}}, sums, Language::en)},
                                  {"csv_fr", published_csv({{*row, "confirmée"}}, sums, Language::fr)}};
    });
}

TEST_CASE("the sum is of published rows alone", "[casework][report]") {
    const auto row = [](std::string state, std::optional<std::uint64_t> requests) {
        return model::ReportRow{std::move(state),         "X-OTP", "2020-09-16", "2021-09-15", "2021-09-15", 5,
                                {{"requests", requests}}, {}};
    };
    const auto sum = [](const std::vector<model::ReportRow>& rows) {
        std::vector<PartyRow> lines;
        for (const auto& one : rows) lines.push_back(party_row_of(one).value());
        return sum_of_rows(lines).received.at(figure_index("requests").value());
    };
    CHECK(sum({row("SEN", 12), row("KEN", 7)}) == Cell{19});
    // What one row hides the sum hides, so that the other rows do not give it away by subtraction.
    CHECK(sum({row("SEN", 12), row("KEN", std::nullopt)}) == Cell{});
}

TEST_CASE("medians and percentiles are those of a spreadsheet", "[casework][report]") {
    CHECK(median({}) == std::nullopt);
    CHECK(median({7}) == 70);
    CHECK(median({61, 62}) == 615);
    CHECK(percentile_90({1, 2, 3, 4}) == 37);
    CHECK(percentile_90({100, 10}) == 910);
}

TEST_CASE("a State computes its own row from what it holds, and gets the published one", "[casework][report]") {
    std::vector<RequestFacts> all{request("A", "SEN"), request("B", "SEN"), request("C", "KEN")};
    all[0].acknowledged = day("2020-10-11");
    const auto whole = make_report(all, year()).value();
    const auto own = make_report({all[0], all[1]}, year()).value();
    const auto row = [](const Report& report) {
        for (const auto& one : report.rows)
            if (one.party == party("SEN")) return one.received;
        return Tally{};
    };
    CHECK(row(whole) == row(own));
    CHECK(row(own).to_acknowledge.median == 100);
}

TEST_CASE("an act after the day of the report is not counted", "[casework][report]") {
    auto one = request("A", "SEN");
    one.acknowledged = day("2021-09-16");
    one.outcome = Outcome::executed;
    one.ended = day("2021-10-01");
    one.replied = day("2021-10-01");
    one.obstacles.emplace("translation", day("2021-09-16"));
    const auto total = make_report({one}, year()).value().total;
    CHECK(cell(total, "acknowledged") == 0);
    CHECK(cell(total, "executed") == 0);
    CHECK(cell(total, "open") == 1);
    CHECK(cell(total, "overdue") == 1);
    CHECK(cell(total, "obstacle.translation") == 0);
}

TEST_CASE("an agreed due date moves what is overdue and leaves the first one to be read", "[casework][report]") {
    auto one = request("A", "SEN");
    one.agreed_due = day("2021-12-01");
    const auto total = make_report({one}, year()).value().total;
    CHECK(cell(total, "overdue") == 0);
    CHECK(cell(total, "overdue_first") == 1);
}

TEST_CASE("a request whose routing is sealed is in no figure", "[casework][report]") {
    auto one = request("A", "SEN");
    one.confidential = true;
    const auto report = make_report({one}, year()).value();
    CHECK(report.rows.empty());
    CHECK(cell(report.total, "requests") == 0);
}

TEST_CASE("requests of Defence and victims are one line, hidden below five, and in no row", "[casework][report]") {
    std::vector<RequestFacts> facts;
    for (int i = 0; i < 4; ++i) facts.push_back(request("D" + std::to_string(i), "SEN", std::string{kDefenceVictims}));
    auto report = make_report(facts, year()).value();
    CHECK(report.rows.empty());
    CHECK(cell(report.total, "requests") == 0);
    CHECK(cell(report.defence_and_victims, "requests") == std::nullopt);
    CHECK(cell(report.defence_and_victims, "open") == std::nullopt);

    facts.push_back(request("D4", "KEN", std::string{kDefenceVictims}));
    report = make_report(facts, year()).value();
    CHECK(cell(report.defence_and_victims, "requests") == 5);
    CHECK(cell(report.defence_and_victims, "open") == 5);
}

TEST_CASE("rows that do not add up are told", "[casework][report]") {
    auto report = make_report({request("A", "SEN"), request("B", "KEN")}, year()).value();
    CHECK(sum_differences(report).empty());
    report.rows.front().received.counts.at(0) = 7;
    const auto differences = sum_differences(report);
    REQUIRE(differences.size() == 1);
    CHECK(differences.front() ==
          finding("report.sum", {{"figure", "requests"}, {"rows", std::to_string(8)}, {"total", "2"}}));
}

TEST_CASE("published rows add up to the total, and a broken one is refused", "[casework][report]") {
    const auto report = make_report({request("A", "SEN"), request("B", "KEN")}, year()).value();
    const auto sums = sum_of_rows(report.rows);
    CHECK(sums.received == report.total.counts);
    CHECK(sums.sent == report.total.counts);

    auto json = *row_json(report.rows.front()).object();
    json.erase("sent");
    CHECK(parse_row(json).error().key() == "report.row");
    json = *row_json(report.rows.front()).object();
    json.insert_or_assign("party", "Kenya");
    CHECK(parse_row(json).error().key() == "report.row");
    json = *row_json(report.rows.front()).object();
    auto received = *json.at("received").object();
    auto shown = *received.at("figures").object();
    shown.erase("open");
    received.insert_or_assign("figures", shown);
    json.insert_or_assign("received", received);
    CHECK(parse_row(json).error().key() == "report.row");
    // The figure that is missing may be hidden; one named twice may not.
    received.insert_or_assign("hidden", test::Json::Array{"open"});
    json.insert_or_assign("received", received);
    CHECK(cell(parse_row(json).value().received, "open") == std::nullopt);
    received.insert_or_assign("hidden", test::Json::Array{"closed"});
    json.insert_or_assign("received", received);
    CHECK(parse_row(json).error().key() == "report.row");
}

TEST_CASE("a report refuses a period that ends before it begins, and a request twice", "[casework][report]") {
    auto options = year();
    options.period.to = day("2020-09-15");
    CHECK(make_report({}, options).error().key() == "report.period");
    CHECK(make_report({request("A", "SEN"), request("A", "SEN")}, year()).error().key() == "report.reference_twice");
}

}  // namespace rogatory::casework
