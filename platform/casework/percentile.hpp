#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace rogatory::casework {

// A number of days in tenths: 615 is 61.5 days.
using Tenths = std::uint64_t;

// Median and 90th percentile by linear interpolation at (n − 1)·p (Hyndman and Fan's type 7; MEDIAN and PERCENTILE of
// every spreadsheet), so that a reader can check them. Of whole days both are exact in tenths: nothing is rounded.
// Nothing of nothing.
[[nodiscard]] std::optional<Tenths> median(std::vector<std::uint32_t> days);
[[nodiscard]] std::optional<Tenths> percentile_90(std::vector<std::uint32_t> days);

}  // namespace rogatory::casework
