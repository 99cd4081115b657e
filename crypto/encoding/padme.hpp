#pragma once

#include <bit>
#include <cstdint>

namespace rogatory::encoding {

// Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PoPETs 2019,
// §4): the length to pad to, so that it tells O(log log length) bits; at most 12 % more, less for longer content.
[[nodiscard]] constexpr std::uint64_t padme_length(std::uint64_t length) noexcept {
    if (length < 2) return length;
    const auto exponent = static_cast<unsigned>(std::bit_width(length)) - 1U;    // floor(log2 length)
    const auto mantissa_bits = static_cast<unsigned>(std::bit_width(exponent));  // floor(log2 exponent) + 1
    const auto cleared = exponent - mantissa_bits;
    const auto mask = (std::uint64_t{1} << cleared) - 1U;
    return (length + mask) & ~mask;
}

static_assert(padme_length(9) == 10 && padme_length(4096) == 4096 && padme_length(4097) == 4352);

}  // namespace rogatory::encoding
