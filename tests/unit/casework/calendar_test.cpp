#include "platform/casework/calendar.hpp"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/casework/vectors.hpp"

namespace rogatory::casework {
namespace {

using test::Json;

Date day(const std::string& iso) { return Date::parse(iso).value(); }
std::optional<Date> day_of(const Json& input, std::string_view name) {
    if (test::find(input, name) == nullptr) return std::nullopt;
    return day(test::text(input, name));
}

Calendar calendar_of(const Json& input) {
    Calendar out{.weekend = {},
                 .holidays = {},
                 .published_from = day_of(input, "published_from"),
                 .published_to = day_of(input, "published_to")};
    for (const auto& one : *test::member(input, "weekend").array())
        out.weekend.insert(static_cast<int>(*one.integer()));
    for (const auto& one : *test::member(input, "holidays").array()) out.holidays.insert(day(*one.string()));
    return out;
}

SideFacts side_of(const Json& input) {
    return SideFacts{.calendar = calendar_of(test::member(input, "calendar")),
                     .has_responsible = test::flag(input, "responsible"),
                     .has_deputy = test::flag(input, "deputy")};
}

Json due_json(const Json& input) {
    const auto& unit = test::text(input, "unit");
    const Term term{.count = static_cast<int>(test::number(input, "count")),
                    .unit = unit == "days"     ? TermUnit::days
                            : unit == "months" ? TermUnit::months
                                               : TermUnit::working_days};
    std::optional<Calendar> calendar;
    if (const auto* given = test::find(input, "calendar")) calendar = calendar_of(*given);
    const auto due = due_date(day(test::text(input, "from")), term, calendar);
    return Json::Object{{"day", due.day.text()}, {"notes", test::findings_json(due.notes)}};
}

Json reminders_json(const Json& input) {
    Json::Array out;
    const auto what = test::text(input, "what") == "due_date" ? ReminderOf::due_date : ReminderOf::measure_expiry;
    for (const auto& one : reminders(what, day(test::text(input, "day")), day(test::text(input, "after")),
                                     day(test::text(input, "until")), side_of(test::member(input, "requesting")),
                                     side_of(test::member(input, "requested")))) {
        out.emplace_back(
            Json::Object{{"on", one.on.text()},
                         {"before", static_cast<std::uint64_t>(std::max<std::int64_t>(0, one.days_before))},
                         {"overdue", static_cast<std::uint64_t>(std::max<std::int64_t>(0, -one.days_before))},
                         {"side", to_text(one.side)},
                         {"to", to_text(one.to)}});
    }
    return out;
}

}  // namespace

TEST_CASE("deadlines and reminders are those of the shared cases", "[casework][calendar]") {
    test::run_cases("calendar.json", [](const Json& input) -> Json {
        const auto& op = test::text(input, "op");
        if (op == "due") return due_json(input);
        if (op == "reminders") return reminders_json(input);
        if (op == "written") {
            const auto date = day(test::text(input, "day"));
            return Json::Object{{"en", written(date, Language::en)}, {"fr", written(date, Language::fr)}};
        }
        if (op == "at") {
            const auto offset = static_cast<std::int64_t>(test::number(input, "ahead")) -
                                static_cast<std::int64_t>(test::number(input, "behind"));
            return Json::Object{
                {"day", Date::at(static_cast<UnixSeconds>(test::number(input, "when")), offset).text()}};
        }
        const auto view = due_view(day_of(input, "due"), day(test::text(input, "today")),
                                   calendar_of(test::member(input, "calendar")));
        return Json::Object{{"state", to_text(view.state)},
                            {"days", static_cast<std::uint64_t>(view.days)},
                            {"working_days", static_cast<std::uint64_t>(view.working_days)}};
    });
}

TEST_CASE("what is so many working days later is so many working days away", "[casework][calendar]") {
    const Calendar calendar{.weekend = {5, 6},
                            .holidays = {day("2021-03-10"), day("2021-03-11")},
                            .published_from = {},
                            .published_to = {}};
    for (auto start = day("2021-02-25"); start < day("2021-03-15"); start = start.plus_days(1)) {
        for (const int count : {1, 2, 7, 20}) {
            const auto end = plus_working_days(calendar, start, count);
            CHECK(is_working_day(calendar, end));
            CHECK(working_days_between(calendar, start, end) == count);
        }
    }
}

TEST_CASE("days that no calendar has are none, and a month later keeps to the month", "[casework][calendar]") {
    for (const auto* text :
         {"2021-02-29", "2021-13-01", "2021-00-01", "1899-12-31", "2021-1-01", "2021-04-31", "2021-04-3x", ""})
        CHECK(!Date::parse(text));
    CHECK(day("2024-01-31").plus_months(1) == day("2024-02-29"));
    CHECK(day("2021-03-31").plus_months(-13) == day("2020-02-29"));
    CHECK(day("1969-12-31") == Date::at(-1, 0));
}

}  // namespace rogatory::casework
