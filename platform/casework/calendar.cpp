#include "platform/casework/calendar.hpp"

#include <algorithm>

#include "platform/base/ensure.hpp"

namespace rogatory::casework {

namespace {

// A calendar with no working day at all is a typing error; days then count as they are.
bool works_at_all(const Calendar& calendar) { return calendar.weekend.size() < 7; }

void remind(std::vector<Reminder>& out, Date on, std::int64_t days_before, Side side, const SideFacts& facts,
            bool everybody) {
    const auto add = [&](Addressee to) {
        out.push_back(Reminder{.on = on, .days_before = days_before, .side = side, .to = to});
    };
    if (facts.has_responsible) add(Addressee::responsible);
    if (facts.has_deputy) add(Addressee::deputy);
    if (everybody || (!facts.has_responsible && !facts.has_deputy)) add(Addressee::authority);
}

}  // namespace

bool is_working_day(const Calendar& calendar, Date day) {
    return !works_at_all(calendar) || (!calendar.weekend.contains(day.weekday()) && !calendar.holidays.contains(day));
}

namespace {

Date nearest(const Calendar& calendar, Date day, int step) {
    auto found = day;
    for (int free = 0; !is_working_day(calendar, found); ++free) {
        if (free == kFreeInARow) return day;
        found = found.plus_days(step);
    }
    return found;
}

}  // namespace

Date working_day_from(const Calendar& calendar, Date day) { return nearest(calendar, day, 1); }

Date working_day_until(const Calendar& calendar, Date day) { return nearest(calendar, day, -1); }

Date plus_working_days(const Calendar& calendar, Date day, int count) {
    for (int left = count; left > 0; --left) day = working_day_from(calendar, day.plus_days(1));
    return day;
}

int working_days_between(const Calendar& calendar, Date from, Date to) {
    int count = 0;
    for (auto day = from.plus_days(1); day <= to; day = day.plus_days(1))
        count += is_working_day(calendar, day) ? 1 : 0;
    return count;
}

DueDate due_date(Date from, Term term, const std::optional<Calendar>& calendar) {
    ensure(term.count >= 0, "a term does not run backwards");
    const auto used = calendar.value_or(Calendar{});
    auto day = from;
    switch (term.unit) {
        case TermUnit::days:
            day = from.plus_days(term.count);
            break;
        case TermUnit::months:
            day = from.plus_months(term.count);
            break;
        case TermUnit::working_days:
            day = plus_working_days(used, from, term.count);
            break;
    }
    DueDate out{.day = working_day_from(used, day), .notes = {}};
    if (!calendar) {
        out.notes.push_back(finding("calendar.none"));
    } else if (!calendar->published_to || out.day > *calendar->published_to ||
               (calendar->published_from && from < *calendar->published_from)) {
        std::map<std::string, std::string> arguments;
        if (calendar->published_to) arguments.emplace("until_date", calendar->published_to->text());
        out.notes.push_back(
            finding(calendar->published_to ? "calendar.not_published" : "calendar.no_holidays", arguments));
    }
    return out;
}

Findings due_notes(Date due, const Calendar& calendar) {
    Findings out;
    if (!is_working_day(calendar, due)) {
        out.push_back(
            finding("calendar.day_off", {{"date", due.text()}, {"next_date", working_day_from(calendar, due).text()}}));
    }
    if (calendar.published_to && due > *calendar.published_to)
        out.push_back(finding("calendar.not_published", {{"until_date", calendar.published_to->text()}}));
    return out;
}

std::string_view to_text(DueState state) noexcept {
    switch (state) {
        case DueState::none:
            return "none";
        case DueState::later:
            return "later";
        case DueState::soon:
            return "soon";
        case DueState::today:
            return "today";
        case DueState::overdue:
            return "overdue";
    }
    return "none";
}

DueView due_view(std::optional<Date> due, Date today, const Calendar& calendar) {
    if (!due) return {.state = DueState::none, .days = 0, .working_days = 0};
    if (*due < today)
        return {.state = DueState::overdue,
                .days = days_between(*due, today),
                .working_days = working_days_between(calendar, *due, today)};
    const auto working = working_days_between(calendar, today, *due);
    const auto state = *due == today ? DueState::today : working <= kSoonWorkingDays ? DueState::soon : DueState::later;
    return {.state = state, .days = days_between(today, *due), .working_days = working};
}

std::string_view to_text(Side side) noexcept { return side == Side::requesting ? "requesting" : "requested"; }

std::string_view to_text(Addressee to) noexcept {
    switch (to) {
        case Addressee::responsible:
            return "responsible";
        case Addressee::deputy:
            return "deputy";
        case Addressee::authority:
            return "authority";
    }
    return "authority";
}

std::vector<Reminder> reminders(ReminderOf what, Date day, Date after, Date until, const SideFacts& requesting,
                                const SideFacts& requested) {
    std::vector<Reminder> out;
    const auto before =
        what == ReminderOf::due_date ? std::vector<std::int64_t>{14, 3} : std::vector<std::int64_t>{90, 30, 7, 0};
    for (const auto side : {Side::requesting, Side::requested}) {
        const auto& facts = side == Side::requesting ? requesting : requested;
        const auto within = [&](Date on) { return on > after && on <= until; };
        for (const auto days : before) {
            const auto on = working_day_until(facts.calendar, day.plus_days(-days));
            if (within(on)) remind(out, on, days, side, facts, false);
        }
        if (what == ReminderOf::measure_expiry) continue;
        for (std::int64_t days = 1; day.plus_days(days) <= until; days += 30) {
            const auto on = working_day_from(facts.calendar, day.plus_days(days));
            if (within(on)) remind(out, on, -days, side, facts, days > 1);
        }
    }
    std::ranges::stable_sort(out, {}, &Reminder::on);
    return out;
}

}  // namespace rogatory::casework
