#include "platform/casework/date.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace rogatory::casework {

namespace {

namespace chrono = std::chrono;

chrono::year_month_day calendar(std::int64_t days) { return chrono::sys_days{chrono::days{days}}; }

constexpr std::array<std::string_view, 12> kMonthsEn{"January",   "February", "March",    "April",
                                                     "May",       "June",     "July",     "August",
                                                     "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 12> kMonthsFr{"janvier",   "février", "mars",     "avril",
                                                     "mai",       "juin",    "juillet",  "août",
                                                     "septembre", "octobre", "novembre", "décembre"};
constexpr std::array<std::string_view, 7> kDaysEn{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                  "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 7> kDaysFr{"lundi",    "mardi",  "mercredi", "jeudi",
                                                  "vendredi", "samedi", "dimanche"};

}  // namespace

Result<Date> Date::of(int year, int month, int day) {
    if (year < 1900 || year > 2199 || month < 1 || day < 1) return fail(ErrorCode::invalid_input, "date");
    const chrono::year_month_day found{chrono::year{year}, chrono::month{static_cast<unsigned>(month)},
                                       chrono::day{static_cast<unsigned>(day)}};
    if (!found.ok()) return fail(ErrorCode::invalid_input, "date");
    return Date{chrono::sys_days{found}.time_since_epoch().count()};
}

Result<Date> Date::parse(std::string_view iso) {
    const auto number = [&](std::size_t from, std::size_t count) {
        int value = 0;
        for (const char c : iso.substr(from, count)) {
            if (c < '0' || c > '9') return -1;
            value = value * 10 + (c - '0');
        }
        return value;
    };
    if (iso.size() != 10 || iso[4] != '-' || iso[7] != '-') return fail(ErrorCode::invalid_input, "date");
    return of(number(0, 4), number(5, 2), number(8, 2));
}

Date Date::at(UnixSeconds when, std::int64_t offset_seconds) {
    const auto local = when + offset_seconds;
    return Date{local >= 0 ? local / kDay : -((-local + kDay - 1) / kDay)};
}

std::string Date::text() const {
    std::array<char, 32> out{};
    std::snprintf(out.data(), out.size(), "%04d-%02d-%02d", year(), month(), day());
    return out.data();
}

int Date::year() const { return static_cast<int>(calendar(days_).year()); }
int Date::month() const { return static_cast<int>(static_cast<unsigned>(calendar(days_).month())); }
int Date::day() const { return static_cast<int>(static_cast<unsigned>(calendar(days_).day())); }
int Date::weekday() const {
    return static_cast<int>(chrono::weekday{chrono::sys_days{chrono::days{days_}}}.iso_encoding());
}

Date Date::plus_months(int months) const {
    auto moved = calendar(days_) + chrono::months{months};
    if (!moved.ok()) moved = moved.year() / moved.month() / chrono::last;
    return Date{chrono::sys_days{moved}.time_since_epoch().count()};
}

std::string written(Date date, Language language) {
    const auto weekday = static_cast<std::size_t>(date.weekday() - 1);
    const auto month = static_cast<std::size_t>(date.month() - 1);
    const auto day = std::to_string(date.day());
    const auto year = std::to_string(date.year());
    if (language == Language::en)
        return std::string{kDaysEn.at(weekday)} + " " + day + " " + std::string{kMonthsEn.at(month)} + " " + year;
    return std::string{kDaysFr.at(weekday)} + " " + (date.day() == 1 ? "1er" : day) + " " +
           std::string{kMonthsFr.at(month)} + " " + year;
}

}  // namespace rogatory::casework
