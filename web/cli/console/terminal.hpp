#pragma once

#include <cstddef>
#include <optional>

namespace rogatory::cli {

[[nodiscard]] bool is_terminal(int descriptor);

// Columns of the terminal that stdout or stderr is, from 40; 0 if neither is one ($COLUMNS wins, for tests and paper).
[[nodiscard]] std::size_t terminal_width();
// What the system says of it, for terminal_width(): 0 where it does not know, nothing where neither is a terminal.
[[nodiscard]] std::optional<std::size_t> columns_of_terminal();

// Whether colour may be used on this descriptor: it is a terminal, $TERM is not "dumb" and NO_COLOR is not set
// (no-color.org: set and not empty).
[[nodiscard]] bool may_colour(int descriptor);

}  // namespace rogatory::cli
