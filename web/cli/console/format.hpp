#pragma once

// Sizes, rates, durations and dates as the reader's language writes them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/time.hpp"
#include "web/cli/catalogue/catalogue.hpp"

namespace rogatory::cli {

[[nodiscard]] std::string format_bytes(Language language, std::uint64_t bytes);               // 2.1 GB, 2,1 Go
[[nodiscard]] std::string format_rate(Language language, double bytes_per_second);            // 3.4 MB/s, 3,4 Mo/s
[[nodiscard]] std::string format_duration(const Catalogue& catalogue, std::int64_t seconds);  // 2 min 05 s
// In the reader's time zone ($TZ, /etc/localtime), the month written out.
[[nodiscard]] std::string format_time(Language language, UnixSeconds at);
[[nodiscard]] std::string format_date(Language language, UnixSeconds at);

// Minutes that the reader's zone is ahead of UTC today.
[[nodiscard]] int minutes_ahead_of_utc();

// Text from somebody else, made fit for a terminal: control characters and the marks that turn the direction of
// writing become visible, so that a file name cannot move the cursor or hide its ending.
[[nodiscard]] std::string printable(std::string_view text);

// Lines of at most `width` columns, broken at spaces; every line after the first begins with `indent` spaces.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t width, std::size_t indent = 0);

// Columns that a text takes on a terminal.
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace rogatory::cli
