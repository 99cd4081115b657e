#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "platform/casework/suppression.hpp"

// Internal to platform/casework: a line of the report as a table of cells that add up.
namespace rogatory::casework {

// The parts of one whole by one division, inside a line that begins at `base`.
[[nodiscard]] std::vector<Sum> sums_of_line(std::size_t base, bool with_organs);

// What a reader can tell without the table: which organ a body is, and that nothing happened to what was never sent.
[[nodiscard]] std::vector<bool> known_cells(const std::vector<std::uint64_t>& counts);

}  // namespace rogatory::casework
