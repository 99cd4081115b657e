#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include "web/cli/console/terminal.hpp"

namespace rogatory::cli {

std::size_t terminal_width() {
    constexpr std::size_t kNarrowest = 40;
    constexpr std::size_t kUsual = 80;
    const char* const said = std::getenv("COLUMNS");
    const std::string_view text = said == nullptr ? "" : said;
    std::size_t columns = 0;
    if (!text.empty() && std::from_chars(text.data(), text.data() + text.size(), columns).ec == std::errc{} &&
        columns > 0) {
        return std::max(columns, kNarrowest);
    }
    const auto own = columns_of_terminal();
    if (!own) return 0;
    return std::max(*own == 0 ? kUsual : *own, kNarrowest);
}

}  // namespace rogatory::cli
