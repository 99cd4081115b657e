#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

// Small cells of a table with totals, hidden so that what is shown does not give them away
// (platform/decisions/1711-casework-figures.md).
namespace rogatory::casework {

// One equation a reader knows: a cell is the sum of others. By index.
struct Sum {
    std::size_t whole;
    std::vector<std::size_t> parts;
};

// Which cells to hide. A cell is small when it is 1 to threshold − 1. Further cells are hidden, zeros among them, until
// no small one follows from the equations, nor from them and the fact that no cell is negative. `known` cells are those
// a reader can tell without the table, such as what a body never sends: hiding them would protect nothing. Every
// equation must hold (ensured). The same cells for the same input, on every machine.
[[nodiscard]] std::vector<bool> cells_to_hide(const std::vector<std::uint64_t>& cells, const std::vector<Sum>& sums,
                                              const std::vector<bool>& known, std::uint64_t threshold);

// The small cells that a reader of the others can compute: empty for what cells_to_hide returns.
[[nodiscard]] std::vector<std::size_t> given_away(const std::vector<std::uint64_t>& cells, const std::vector<Sum>& sums,
                                                  const std::vector<bool>& hidden, std::uint64_t threshold);

}  // namespace rogatory::casework
