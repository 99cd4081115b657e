#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rogatory::tlog {

// "ASCII decimal with no leading zeroes", as the C2SP texts say everywhere, up to 2^63 − 1.
[[nodiscard]] constexpr std::optional<std::uint64_t> parse_decimal(std::string_view text) noexcept {
    if (text.empty() || text.size() > 19 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    std::uint64_t value = 0;
    for (const auto c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');  // 19 digits stay below 2^64
    }
    if (value > INT64_MAX) return std::nullopt;
    return value;
}

// Takes the next line off the text, without its newline; nullopt if there is no complete line.
[[nodiscard]] constexpr std::optional<std::string_view> take_line(std::string_view& text) noexcept {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

}  // namespace rogatory::tlog
