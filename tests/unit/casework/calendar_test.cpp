#include "platform/casework/calendar.hpp"

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "platform/casework/measure_end.hpp"
#include "platform/casework/published_calendar.hpp"
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

Json calendar_json(const Calendar& calendar) {
    Json::Array weekend;
    Json::Array holidays;
    for (const auto one : calendar.weekend) weekend.emplace_back(static_cast<std::uint64_t>(one));
    for (const auto one : calendar.holidays) holidays.emplace_back(one.text());
    Json::Object out{{"weekend", std::move(weekend)}, {"holidays", std::move(holidays)}};
    if (calendar.published_from) out.emplace("published_from", calendar.published_from->text());
    if (calendar.published_to) out.emplace("published_to", calendar.published_to->text());
    return out;
}

std::optional<std::string> text_or_none(const Json& input, std::string_view name) {
    return test::find(input, name) == nullptr ? std::nullopt : std::optional{test::text(input, name)};
}

Json published_json(const Json& input) {
    std::vector<model::PublishedCalendar> rows;
    for (const auto& one : *test::member(input, "rows").array()) {
        model::PublishedCalendar row;
        for (const auto& name : *test::member(one, "weekend").array())
            row.row.weekend.push_back(model::parse_name<model::Weekday>(*name.string()).value());
        for (const auto& name : *test::member(one, "holidays").array()) row.row.holidays.push_back({*name.string()});
        row.row.valid_from = test::text(one, "from");
        row.row.valid_to = text_or_none(one, "to");
        row.ended = text_or_none(one, "ended");
        rows.push_back(std::move(row));
    }
    const auto found = calendar_from(rows, day(test::text(input, "day")));
    return found ? calendar_json(*found) : Json{Json::Object{}};
}

Json measure_json(const Json& input) {
    model::Measure measure;
    measure.expiry = text_or_none(input, "expiry");
    for (const auto& one : *test::member(input, "events").array()) {
        model::MeasureEvent event;
        event.act = model::parse_name<model::MeasureAct>(test::text(one, "act")).value();
        event.date = test::text(one, "date");
        event.until = text_or_none(one, "until");
        measure.events.push_back(std::move(event));
    }
    const auto end = measure_end(measure);
    return Json::Object{{"ends", end ? end->text() : std::string{}}};
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
        if (op == "due_notes") {
            return Json::Object{
                {"notes", test::findings_json(
                              due_notes(day(test::text(input, "due")), calendar_of(test::member(input, "calendar"))))}};
        }
        if (op == "published") return published_json(input);
        if (op == "measure_end") return measure_json(input);
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
