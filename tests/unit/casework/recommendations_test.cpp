#include "platform/casework/recommendations.hpp"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/casework/vectors.hpp"

namespace rogatory::casework {
namespace {

using test::Json;

Json names(const std::vector<std::string>& texts) {
    Json::Array out;
    for (const auto& text : texts) out.emplace_back(text);
    return out;
}

Json view_json(const std::vector<RecommendationRow>& rows, const Json& input) {
    RecommendationFilter filter{.addressee = test::text_or(input, "addressee", ""),
                                .due = test::text_or(input, "due", ""),
                                .state = test::text_or(input, "state", ""),
                                .round = {}};
    if (test::find(input, "round") != nullptr) filter.round = Date::parse(test::text(input, "round")).value();
    std::vector<std::string> out;
    for (const auto& row : view(rows, filter)) out.push_back(row.number + " " + row.state + " " + row.due);
    return Json::Object{{"numbers", names(out)}};
}

Json made_of(const std::vector<RecommendationRow>& rows, const Json& input) {
    const auto& op = test::text(input, "op");
    if (op == "view") return view_json(rows, input);
    if (op == "csv") {
        const auto language = test::text(input, "language") == "fr" ? Language::fr : Language::en;
        return Json::Object{{"csv", annex_csv(rows, Date::parse(test::text(input, "round")).value(), language)}};
    }
    if (op == "history") {
        std::vector<std::string> rounds;
        for (const auto& row : history(rows, test::text(input, "number"))) rounds.push_back(row.round.text());
        return Json::Object{{"rounds", names(rounds)}, {"due", names(due_dates(rows, test::text(input, "number")))}};
    }
    std::vector<std::string> late;
    for (const auto& row : view(rows, {}))
        if (is_late(row, Date::parse(test::text(input, "today")).value())) late.push_back(row.number);
    return Json::Object{{"late", names(late)}};
}

}  // namespace

TEST_CASE("recommendations are read and viewed as in the shared cases", "[casework][recommendations]") {
    test::run_cases("recommendations.json", [](const Json& input) -> Json {
        if (test::find(input, "csv") == nullptr) return made_of(shipped_recommendations(), input);
        const auto rows = read_recommendations(test::text(input, "csv"));
        return rows ? made_of(*rows, input) : test::error_json(rows.error());
    });
}

TEST_CASE("the printed round of 4 November 2021 has the annex's 13 rows and no empty cell",
          "[casework][recommendations]") {
    const auto round = Date::parse("2021-11-04").value();
    CHECK(shipped_recommendations().size() == 13);
    for (const auto language : {Language::en, Language::fr}) {
        const auto rows = annex(shipped_recommendations(), round, language);
        CHECK(rows.size() == 13);
        for (const auto& row : rows)
            for (const auto* cell : {&row.recommendation, &row.context, &row.assessment, &row.conclusions})
                CHECK(cell->find_first_not_of(' ') != std::string::npos);
        CHECK(std::ranges::count_if(rows, [](const AnnexRow& row) { return row.recommendation.starts_with("R272"); }) ==
              2);
        CHECK(std::ranges::count_if(rows, [](const AnnexRow& row) {
                  return row.recommendation.starts_with("R279") && row.recommendation.find("R281") != std::string::npos;
              }) == 1);
    }
}

}  // namespace rogatory::casework
