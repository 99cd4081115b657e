#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "platform/casework/date.hpp"
#include "platform/casework/finding.hpp"

// Working days of a State, what is due when, and who is reminded. Days, never hours: a deadline is a day, written out,
// and what day it is depends on the reader's zone alone.
namespace rogatory::casework {

// What a State published: its weekend, and its holidays day by day for a span of time. Holidays that move (by the moon,
// by decree) cannot be computed, so none is.
struct Calendar {
    std::set<int> weekend{6, 7};  // 1 Monday … 7 Sunday
    std::set<Date> holidays;
    std::optional<Date> published_from;
    std::optional<Date> published_to;
};

[[nodiscard]] bool is_working_day(const Calendar& calendar, Date day);
// More free days in a row than this are a typing error, or meant to keep whoever counts busy: days then count as they
// are.
inline constexpr int kFreeInARow = 31;
[[nodiscard]] Date working_day_from(const Calendar& calendar, Date day);   // it, or the next
[[nodiscard]] Date working_day_until(const Calendar& calendar, Date day);  // it, or the one before
// The n-th working day after one.
[[nodiscard]] Date plus_working_days(const Calendar& calendar, Date day, int count);
// Working days after `from`, up to and with `to`; nothing for a day that is not later.
[[nodiscard]] int working_days_between(const Calendar& calendar, Date from, Date to);

enum class TermUnit : std::uint8_t { days, working_days, months };
struct Term {
    int count;
    TermUnit unit;
};

struct DueDate {
    Date day;
    // "calendar.none": the State published no working days, Monday to Friday was counted; "calendar.not_published"
    // {until_date}: its holidays are not known that far.
    Findings notes;
};
// The day after `from` counts as the first. A term that ends on a day that is none of the State's working days ends on
// the next one.
[[nodiscard]] DueDate due_date(Date from, Term term, const std::optional<Calendar>& calendar);

// What whoever asks should know of the day he chose: "calendar.day_off" {date, next_date}, "calendar.not_published"
// {until_date}.
[[nodiscard]] Findings due_notes(Date due, const Calendar& calendar);

enum class DueState : std::uint8_t { none, later, soon, today, overdue };
[[nodiscard]] std::string_view to_text(DueState state) noexcept;
inline constexpr int kSoonWorkingDays = 5;
struct DueView {
    DueState state;
    std::int64_t days;  // until it is due, or since
    int working_days;   // the same
};
[[nodiscard]] DueView due_view(std::optional<Date> due, Date today, const Calendar& calendar);

enum class Side : std::uint8_t { requesting, requested };
enum class Addressee : std::uint8_t { responsible, deputy, authority };
[[nodiscard]] std::string_view to_text(Side side) noexcept;
[[nodiscard]] std::string_view to_text(Addressee to) noexcept;

// Who there is to remind on one side, and on which days it works.
struct SideFacts {
    Calendar calendar;
    bool has_responsible = false;
    bool has_deputy = false;
};

enum class ReminderOf : std::uint8_t { due_date, measure_expiry };

// Content-free: that something is due, and when.
struct Reminder {
    Date on;
    std::int64_t days_before;  // negative: days overdue
    Side side;
    Addressee to;

    friend bool operator==(const Reminder&, const Reminder&) = default;
};

// What falls after `after` and not after `until`, by day. Of a due date 14 and 3 days before, the day after, and every
// 30 days from then on, the authority as a whole from the second of those; of a measure 90, 30 and 7 days before it
// ends, and on the day. Both sides, the responsible person and the deputy, or the authority where there is neither. A
// reminder before the day comes on that side's last working day before it, one after the day on the next.
[[nodiscard]] std::vector<Reminder> reminders(ReminderOf what, Date day, Date after, Date until,
                                              const SideFacts& requesting, const SideFacts& requested);

}  // namespace rogatory::casework
