#include "web/cli/console/terminal.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace rogatory::cli {
namespace {

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view{} : std::string_view{value};
}

}  // namespace

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

std::size_t terminal_width() {
    constexpr std::size_t kNarrowest = 40;
    std::size_t columns = 0;
    const auto text = environment("COLUMNS");
    if (!text.empty() && std::from_chars(text.data(), text.data() + text.size(), columns).ec == std::errc{} &&
        columns > 0) {
        return std::max(columns, kNarrowest);
    }
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
        winsize size{};
        if (is_terminal(descriptor) && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0) {
            return std::max<std::size_t>(size.ws_col == 0 ? 80 : size.ws_col, kNarrowest);
        }
    }
    return 0;
}

bool may_colour(int descriptor) {
    return is_terminal(descriptor) && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
}

}  // namespace rogatory::cli
