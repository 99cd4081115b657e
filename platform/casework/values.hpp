#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Dates and amounts as spreadsheets write them.
namespace rogatory::casework {

enum class DateOrder : std::uint8_t { day_first, month_first };

struct ReadDate {
    enum class State : std::uint8_t { read, wrong, ambiguous } state;
    std::string iso;
    std::optional<DateOrder> shows;  // the order that this one can only be in
};

// "2021-09-16", "16/09/2021", "16.9.2021", "9-16-2021"; four digits of year, since nobody knows the century of two.
// With points the day comes first. Without an order, 03/04/2021 is ambiguous and 03/03/2021 is not.
[[nodiscard]] ReadDate read_date(std::string_view text, std::optional<DateOrder> order);

// A birth of which only the year or the month is known: "1961", "1961-05", "05/1961"; else as read_date.
[[nodiscard]] ReadDate read_part_date(std::string_view text, std::optional<DateOrder> order);

struct ReadAmount {
    enum class State : std::uint8_t { read, wrong, ambiguous } state;
    std::string decimal;               // "-1234.56": what is written, never rounded
    std::optional<char> decimal_sign;  // '.' or ',' where this one shows which
};

// "1 234,56", "1,234.56", "1.234,56", "1’234.56", with any space between thousands. Without a known decimal sign, 1,234
// is ambiguous.
[[nodiscard]] ReadAmount read_amount(std::string_view text, std::optional<char> decimal_sign);

// An amount of ours with the given sign, so that it cannot be taken for thousands: 1.234 becomes 1.2340.
[[nodiscard]] std::string write_amount(std::string_view decimal, char decimal_sign);

}  // namespace rogatory::casework
