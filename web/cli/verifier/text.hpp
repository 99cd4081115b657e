#pragma once

#include <string>
#include <string_view>

namespace rogatory::cli::plain {

// printable() and display_width() of console/format.hpp without ICU and its thirty megabytes of tables: alike for what
// is assigned in Unicode 15 and changes how the rest reads. A code point that nobody has assigned yet is shown as it
// is.
[[nodiscard]] std::string printable(std::string_view text);
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace rogatory::cli::plain
