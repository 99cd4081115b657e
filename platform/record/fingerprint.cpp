#include "platform/record/fingerprint.hpp"

#include <cstdint>

namespace rogatory::record {
namespace {

// 33 bits of the id from bit `first` on, as a number.
std::uint64_t bits(const ByteArray<32>& id, std::size_t first) noexcept {
    std::uint64_t out = 0;
    for (std::size_t bit = first; bit < first + 33; ++bit) out = out << 1 | (id[bit / 8] >> (7 - bit % 8) & 1U);
    return out;
}

std::string digits_of(const model::PartyId& party) {
    std::string out;
    for (std::size_t pair = 0; pair < 4; ++pair) {
        const auto number = std::to_string(bits(party.value(), 33 * pair));
        out.append(10 - number.size(), '0').append(number);
    }
    return out;
}

}  // namespace

std::string fingerprint_digits(const model::PartyId& party) {
    const auto digits = digits_of(party);
    std::string out;
    for (std::size_t i = 0; i < digits.size(); i += 5) {
        if (i > 0) out += ' ';
        out.append(digits, i, 5);
    }
    return out;
}

bool fingerprint_matches(std::string_view typed, const model::PartyId& party) noexcept {
    const auto digits = digits_of(party);
    std::size_t next = 0;
    for (const char c : typed) {
        if (c == ' ' || c == '-') continue;
        if (next == digits.size() || c != digits[next]) return false;
        ++next;
    }
    return next == digits.size();
}

}  // namespace rogatory::record
