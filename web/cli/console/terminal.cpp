#include "web/cli/console/terminal.hpp"

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

std::optional<std::size_t> columns_of_terminal() {
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
        winsize size{};
        if (is_terminal(descriptor) && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0) return size.ws_col;
    }
    return std::nullopt;
}

bool may_colour(int descriptor) {
    return is_terminal(descriptor) && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
}

}  // namespace rogatory::cli
