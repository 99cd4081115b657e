#include "platform/casework/state_profile.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/casework/vectors.hpp"

namespace rogatory::casework {
namespace {

using test::Json;

Date day(const std::string& iso) { return Date::parse(iso).value(); }

std::vector<State> states_of(const Json& input) {
    std::vector<State> out;
    for (const auto& one : *test::member(input, "states").array())
        out.push_back(State{.code = test::text(one, "code"), .region = test::text(one, "region")});
    return out;
}

Json without_json(const Json& input) {
    std::vector<FocalPoint> points;
    for (const auto& one : *test::member(input, "points").array()) {
        FocalPoint point{.state = test::text(one, "state"),
                         .theme = test::text(one, "theme"),
                         .valid_from = day(test::text(one, "valid_from")),
                         .valid_to = {}};
        if (test::find(one, "valid_to") != nullptr) point.valid_to = day(test::text(one, "valid_to"));
        points.push_back(std::move(point));
    }
    Json::Array out;
    for (auto& state : without_focal_point(points, states_of(input), test::text(input, "region"),
                                           test::text(input, "theme"), day(test::text(input, "day"))))
        out.emplace_back(std::move(state));
    return Json::Object{{"states", std::move(out)}};
}

Json overview_json(const Json& input) {
    std::vector<Values> rows;
    for (const auto& one : *test::member(input, "rows").array()) {
        Values values;
        for (const auto& [column, value] : *one.object()) values.emplace(column, *value.string());
        rows.push_back(std::move(values));
    }
    const auto profile = profile_rows(rows);
    if (!profile) return test::error_json(profile.error());
    Json::Array counts;
    std::uint64_t sum = 0;
    for (const auto& one : overview(*profile, states_of(input), day(test::text(input, "day")))) {
        sum += one.yes + one.partly + one.no + one.unknown;
        if (one.yes + one.partly + one.no == 0) continue;
        counts.emplace_back(Json::Object{{"region", one.region},
                                         {"topic", one.topic},
                                         {"yes", one.yes},
                                         {"partly", one.partly},
                                         {"no", one.no},
                                         {"unknown", one.unknown}});
    }
    return Json::Object{{"counts", std::move(counts)}, {"sum", sum}};
}

}  // namespace

TEST_CASE("what States did is summed by region as in the shared cases", "[casework][profile]") {
    test::run_cases("state_profile.json", [](const Json& input) -> Json {
        return test::text(input, "op") == "without" ? without_json(input) : overview_json(input);
    });
}

TEST_CASE("123 States Parties in five regions, and an overview when nobody has said anything", "[casework][profile]") {
    CHECK(states_parties_2021().size() == 123);
    const auto counts = overview({}, states_parties_2021(), day("2021-09-15"));
    std::uint64_t sum = 0;
    for (const auto& one : counts) sum += one.topic == "apic" ? one.unknown : 0;
    CHECK(sum == 123);
    CHECK(overview_csv(counts, Language::fr).find("\r\nÉtats d’Afrique;partie au Statut de Rome;0;0;0;33\r\n") !=
          std::string::npos);
}

}  // namespace rogatory::casework
