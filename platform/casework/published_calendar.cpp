#include "platform/casework/published_calendar.hpp"

#include <algorithm>
#include <string>

namespace rogatory::casework {

namespace {

constexpr int kYearsAhead = 5;

struct Row {
    const model::WorkingCalendar* said;
    Date from;
    std::optional<Date> to;
};

std::optional<Date> day_of(const std::optional<std::string>& text) {
    if (!text) return {};
    const auto day = Date::parse(*text);
    return day ? std::optional{*day} : std::nullopt;
}

std::vector<Row> in_order(const std::vector<model::PublishedCalendar>& rows) {
    std::vector<Row> out;
    for (const auto& one : rows) {
        const auto from = Date::parse(one.row.valid_from);
        if (!from) continue;
        auto to = day_of(one.row.valid_to);
        if (const auto ended = day_of(one.ended); ended && (!to || *ended < *to)) to = ended;
        if (!to || *from <= *to) out.push_back({&one.row, *from, to});
    }
    std::ranges::sort(out, {}, &Row::from);
    return out;
}

void add(Calendar& calendar, const Row& row) {
    for (const auto& holiday : row.said->holidays) {
        const auto day = Date::parse(holiday.text);
        if (day && *day >= row.from && (!row.to || *day <= *row.to)) calendar.holidays.insert(*day);
    }
    calendar.published_to = row.to;
}

}  // namespace

std::optional<Calendar> calendar_from(const std::vector<model::PublishedCalendar>& rows, Date day) {
    const auto sorted = in_order(rows);
    auto row = std::ranges::find_if(sorted, [day](const Row& one) { return !one.to || day <= *one.to; });
    if (row == sorted.end()) return {};
    Calendar out{.weekend = {}, .holidays = {}, .published_from = row->from, .published_to = {}};
    for (const auto one : row->said->weekend) out.weekend.insert(static_cast<int>(one) + 1);
    add(out, *row);
    const auto end = day.plus_months(12 * kYearsAhead);
    for (++row; row != sorted.end() && out.published_to && row->from == out.published_to->plus_days(1); ++row) {
        if (row->from > end) break;
        add(out, *row);
    }
    return out;
}

}  // namespace rogatory::casework
