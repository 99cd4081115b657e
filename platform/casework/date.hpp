#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/result.hpp"
#include "platform/base/time.hpp"

// A day of the calendar, as law and letters know it: no time of day, no zone.
namespace rogatory::casework {

class Date {
public:
    // "2021-09-16"; years 1900 to 2199. invalid_input "date".
    [[nodiscard]] static Result<Date> parse(std::string_view iso);
    // invalid_input "date" where the calendar has no such day.
    [[nodiscard]] static Result<Date> of(int year, int month, int day);
    // The day that a point in time falls on for a reader whose clock is `offset_seconds` ahead of UTC.
    [[nodiscard]] static Date at(UnixSeconds when, std::int64_t offset_seconds);

    [[nodiscard]] std::string text() const;  // ISO 8601
    [[nodiscard]] int year() const;
    [[nodiscard]] int month() const;
    [[nodiscard]] int day() const;
    [[nodiscard]] int weekday() const;  // 1 Monday … 7 Sunday, as ISO 8601 counts

    [[nodiscard]] Date plus_days(std::int64_t days) const { return Date{days_ + days}; }
    // The same day of a later month; the last of the month where it has no such day.
    [[nodiscard]] Date plus_months(int months) const;
    friend std::int64_t days_between(Date from, Date to) { return to.days_ - from.days_; }

    friend auto operator<=>(const Date&, const Date&) = default;
    friend bool operator==(const Date&, const Date&) = default;

private:
    explicit Date(std::int64_t days) : days_{days} {}
    std::int64_t days_;  // since 1970-01-01
};

enum class Language : std::uint8_t { en, fr };

// "Thursday 16 September 2021", "jeudi 16 septembre 2021": always with the month written out, because 09/10 is two
// days.
[[nodiscard]] std::string written(Date date, Language language);

}  // namespace rogatory::casework
