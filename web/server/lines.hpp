#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Text for people at a terminal: how wide it is, and lines that fit.
namespace rogatory::server {

// Columns of the terminal behind this descriptor, at most 100; 80 where there is none.
[[nodiscard]] std::size_t terminal_columns(int descriptor);

// Letters, not bytes: all but the continuing bytes of UTF-8.
[[nodiscard]] std::size_t letters(std::string_view text);

// Lines of at most `width` letters, broken at spaces and not at no-break ones: the first begins with `first`, the
// others with as many spaces. Without a line break at the end.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t width, std::string_view first = "");

}  // namespace rogatory::server
