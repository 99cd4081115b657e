#include "platform/casework/percentile.hpp"

#include <algorithm>

namespace rogatory::casework {

namespace {

// p in tenths: 5 is the median. The place (n − 1)·p/10 has a whole part and tenths; between its neighbours lie whole
// days.
std::optional<Tenths> at(std::vector<std::uint32_t> days, std::uint64_t p) {
    if (days.empty()) return std::nullopt;
    std::ranges::sort(days);
    const auto place = (days.size() - 1) * p;
    const auto below = place / 10;
    const auto above = std::min<std::size_t>(below + 1, days.size() - 1);
    return std::uint64_t{days[below]} * 10 + std::uint64_t{days[above] - days[below]} * (place % 10);
}

}  // namespace

std::optional<Tenths> median(std::vector<std::uint32_t> days) { return at(std::move(days), 5); }
std::optional<Tenths> percentile_90(std::vector<std::uint32_t> days) { return at(std::move(days), 9); }

}  // namespace rogatory::casework
