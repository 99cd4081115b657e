#include "platform/casework/values.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "platform/casework/date.hpp"

namespace rogatory::casework {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool digits(std::string_view text, std::size_t least, std::size_t most) {
    return text.size() >= least && text.size() <= most && std::ranges::all_of(text, digit);
}

int number(std::string_view text) {
    int value = 0;
    for (const char c : text) value = value * 10 + (c - '0');
    return value;
}

ReadDate wrong_date() { return {ReadDate::State::wrong, {}, std::nullopt}; }

ReadDate dated(const Result<Date>& date, std::optional<DateOrder> shows) {
    if (!date) return wrong_date();
    return {ReadDate::State::read, date->text(), shows};
}

ReadAmount wrong_amount() { return {ReadAmount::State::wrong, {}, std::nullopt}; }

// Spaces and apostrophes divide thousands in some languages and decimals in none: one sign for all of them.
std::string with_one_space(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto rest = text.substr(i);
        const auto wide =
            rest.starts_with("\xE2\x80\xAF") || rest.starts_with("\xE2\x80\x89") || rest.starts_with("\xE2\x80\x99")
                ? 3U
            : rest.starts_with("\xC2\xA0") ? 2U
                                           : 0U;
        if (wide > 0) {
            out += ' ';
            i += wide - 1;
        } else if (rest.starts_with("\xE2\x88\x92")) {  // minus sign
            out += '-';
            i += 2;
        } else {
            out += rest.front() == '\'' ? ' ' : rest.front();
        }
    }
    return out;
}

// Groups of three behind the first: 1 234 567. The digits without what divides them.
std::optional<std::string> whole_part(std::string_view text, char divider) {
    std::string out;
    std::size_t from = 0;
    for (bool first = true; from <= text.size(); first = false) {
        const auto to = std::min(text.find(divider, from), text.size());
        const auto group = text.substr(from, to - from);
        const auto only = first && to == text.size();
        if (!digits(group, only ? 1 : first ? 1 : 3, only ? 30 : 3)) return std::nullopt;
        out += group;
        from = to + 1;
    }
    const auto significant = std::min(out.find_first_not_of('0'), out.size() - 1);
    return out.substr(significant);
}

ReadAmount made(bool negative, std::string_view whole, char divider, std::string_view fraction,
                std::optional<char> shows) {
    const auto digits_before = whole_part(whole, divider);
    if (!digits_before || (!fraction.empty() && !digits(fraction, 1, 18))) return wrong_amount();
    auto text = (negative ? "-" : "") + *digits_before;
    if (!fraction.empty()) text += "." + std::string{fraction};
    return {ReadAmount::State::read, std::move(text), shows};
}

}  // namespace

ReadDate read_date(std::string_view text, std::optional<DateOrder> order) {
    if (const auto iso = Date::parse(text)) return dated(iso, std::nullopt);
    const auto first_sign = text.find_first_of("/.-");
    if (first_sign == std::string_view::npos) return wrong_date();
    const auto sign = text[first_sign];
    const auto second_sign = text.find(sign, first_sign + 1);
    if (second_sign == std::string_view::npos) return wrong_date();
    const std::array<std::string_view, 3> parts{text.substr(0, first_sign),
                                                text.substr(first_sign + 1, second_sign - first_sign - 1),
                                                text.substr(second_sign + 1)};
    if (!digits(parts[0], 1, 2) || !digits(parts[1], 1, 2) || !digits(parts[2], 4, 4)) return wrong_date();
    const auto first = number(parts[0]);
    const auto second = number(parts[1]);
    const auto year = number(parts[2]);

    if (sign == '.' || first > 12) {
        if (sign != '.' && order == DateOrder::month_first) return wrong_date();
        return dated(Date::of(year, second, first), sign == '.' ? std::nullopt : std::optional{DateOrder::day_first});
    }
    if (second > 12) {
        if (order == DateOrder::day_first) return wrong_date();
        return dated(Date::of(year, first, second), DateOrder::month_first);
    }
    if (first == second) return dated(Date::of(year, first, second), std::nullopt);
    if (!order) return {ReadDate::State::ambiguous, {}, std::nullopt};
    return dated(order == DateOrder::day_first ? Date::of(year, second, first) : Date::of(year, first, second),
                 std::nullopt);
}

ReadDate read_part_date(std::string_view text, std::optional<DateOrder> order) {
    const auto month = [](std::string_view two) { return digits(two, 2, 2) && number(two) >= 1 && number(two) <= 12; };
    if (digits(text, 4, 4)) return {ReadDate::State::read, std::string{text}, std::nullopt};
    if (text.size() == 7 && text[4] == '-' && digits(text.substr(0, 4), 4, 4) && month(text.substr(5)))
        return {ReadDate::State::read, std::string{text}, std::nullopt};
    if (text.size() == 7 && text[2] == '/' && month(text.substr(0, 2)) && digits(text.substr(3), 4, 4))
        return {ReadDate::State::read, std::string{text.substr(3)} + "-" + std::string{text.substr(0, 2)},
                std::nullopt};
    return read_date(text, order);
}

ReadAmount read_amount(std::string_view typed, std::optional<char> decimal_sign) {
    const auto all = with_one_space(typed);
    std::string_view text{all};
    const auto negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    if (text.empty() || text.find_first_not_of("0123456789 .,") != std::string_view::npos) return wrong_amount();

    const auto points = std::ranges::count(text, '.');
    const auto commas = std::ranges::count(text, ',');
    const auto spaces = std::ranges::count(text, ' ');
    if (points == 0 && commas == 0) return made(negative, text, ' ', {}, std::nullopt);

    const auto last = text.find_last_of(".,");
    const auto sign = text[last];
    const auto other = sign == '.' ? ',' : '.';
    const auto same = sign == '.' ? points : commas;
    const auto before = text.substr(0, last);
    const auto after = text.substr(last + 1);

    if (same > 1) {
        // The same sign twice divides thousands; then no other may stand before it.
        if (points > 0 && commas > 0) return wrong_amount();
        if (decimal_sign == sign || spaces > 0) return wrong_amount();
        return made(negative, text, sign, {}, other);
    }
    const auto divider = spaces > 0 ? ' ' : other;
    const auto is_decimal = [&] {
        if (after.empty()) return wrong_amount();
        if (decimal_sign && decimal_sign != sign) return wrong_amount();
        return made(negative, before, divider, after, sign);
    };
    if ((points > 0 && commas > 0) || spaces > 0) return is_decimal();
    // One sign, no other: thousands only if exactly three digits follow one to three that are not a zero.
    const auto may_be_thousands = after.size() == 3 && digits(before, 1, 3) && before != "0";
    if (!may_be_thousands) return is_decimal();
    if (!decimal_sign) return {ReadAmount::State::ambiguous, {}, std::nullopt};
    if (decimal_sign == sign) return made(negative, before, divider, after, std::nullopt);
    return made(negative, text, sign, {}, std::nullopt);
}

std::string write_amount(std::string_view decimal, char decimal_sign) {
    const auto point = decimal.find('.');
    if (point == std::string_view::npos) return std::string{decimal};
    auto out = std::string{decimal};
    out[point] = decimal_sign;
    if (decimal.size() - point - 1 == 3) out += '0';
    return out;
}

}  // namespace rogatory::casework
