#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/model/ids.hpp"

// Reading texts of exact grammars: one line after the other, LF after each, nothing else anywhere.
namespace rogatory::record {

class Lines {
public:
    explicit Lines(std::string_view text) noexcept : rest_{text} {}

    [[nodiscard]] bool done() const noexcept { return rest_.empty(); }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }
    [[nodiscard]] std::size_t number() const noexcept { return number_; }  // of the line read last, from 1

    // The next line without its LF; nothing at the end, or if the last line has none.
    [[nodiscard]] std::optional<std::string_view> next() noexcept {
        const auto end = rest_.find('\n');
        if (end == std::string_view::npos) return std::nullopt;
        const auto line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        ++number_;
        return line;
    }
    // What follows `prefix` on the next line.
    [[nodiscard]] std::optional<std::string_view> next(std::string_view prefix) noexcept {
        const auto line = next();
        if (!line || !line->starts_with(prefix)) return std::nullopt;
        return line->substr(prefix.size());
    }
    // True: the next line is exactly this; it has been read.
    [[nodiscard]] bool take(std::string_view line) noexcept { return next() == line; }
    [[nodiscard]] bool next_starts_with(std::string_view prefix) const noexcept { return rest_.starts_with(prefix); }

private:
    std::string_view rest_;
    std::size_t number_ = 0;
};

// Canonical decimal: no sign, no leading zero, at most 2^53 - 1.
[[nodiscard]] inline std::optional<std::uint64_t> parse_number(std::string_view text) noexcept {
    if (text.empty() || text.size() > 16 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value >= std::uint64_t{1} << 53) {
        return std::nullopt;
    }
    return value;
}

template <class Id>
[[nodiscard]] std::optional<Id> parse_id(std::string_view text) {
    auto id = model::parse_hex<Id>(text);
    return id ? std::optional<Id>{*id} : std::nullopt;
}

}  // namespace rogatory::record
