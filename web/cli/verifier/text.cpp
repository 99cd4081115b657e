#include "web/cli/verifier/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "web/cli/verifier/text_tables.hpp"

namespace rogatory::cli::plain {
namespace {

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, char32_t c) {
    const auto after = std::ranges::upper_bound(ranges, c, {}, &Range::first);
    return after != ranges.begin() && c <= std::prev(after)->last;
}

constexpr char32_t kReplacement = 0xFFFD;

// The first code point of UTF-8, and its bytes; what is none is a replacement character, in the pieces that the Unicode
// standard (§3.9) recommends.
char32_t take(std::string_view& text) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto lead = at(0);
    std::size_t length = 1;
    unsigned lowest = 0x80, highest = 0xBF;
    char32_t point = lead;
    if (lead >= 0xC2 && lead <= 0xDF) {
        length = 2;
        point = lead & 0x1FU;
    } else if ((lead & 0xF0U) == 0xE0U) {
        length = 3;
        point = lead & 0x0FU;
        if (lead == 0xE0) lowest = 0xA0;
        if (lead == 0xED) highest = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4;
        point = lead & 0x07U;
        if (lead == 0xF0) lowest = 0x90;
        if (lead == 0xF4) highest = 0x8F;
    } else if (lead >= 0x80) {
        text.remove_prefix(1);
        return kReplacement;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if (i >= text.size() || at(i) < lowest || at(i) > highest) {
            text.remove_prefix(i);
            return kReplacement;
        }
        lowest = 0x80;
        highest = 0xBF;
        point = point << 6U | (at(i) & 0x3FU);
    }
    text.remove_prefix(length);
    return point;
}

void put(std::string& out, char32_t c) {
    const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | (c >> shift & 0x3FU)); };
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0U | c >> 6U);
        tail(0);
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0U | c >> 12U);
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0U | c >> 18U);
        tail(12);
        tail(6);
        tail(0);
    }
}

std::string escape_of(char32_t c) {
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string digits;
    for (; c != 0; c >>= 4U) digits.insert(digits.begin(), kHex[c & 15U]);
    return "<U+" + std::string(4 - std::min<std::size_t>(4, digits.size()), '0') + digits + ">";
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    char32_t before = 0;
    while (!text.empty()) {
        const auto c = take(text);
        const bool joiner = c == 0x200C || c == 0x200D;
        if (joiner ? !within(kTakesJoiners, before) : within(kHidden, c)) {
            out += escape_of(c);
        } else {
            put(out, c);
        }
        before = c;
    }
    return out;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const auto c = take(text);
        if (!within(kNoWidth, c)) width += within(kWide, c) ? 2U : 1U;
    }
    return width;
}

}  // namespace rogatory::cli::plain
