#include "web/server/lines.hpp"

#include <sys/ioctl.h>

#include <algorithm>
#include <sstream>

namespace rogatory::server {

std::size_t terminal_columns(int descriptor) {
    constexpr std::size_t kMost = 100;
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 80;
    return std::min<std::size_t>(size.ws_col, kMost);
}

std::size_t letters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::string wrapped(std::string_view text, std::size_t width, std::string_view first) {
    std::string out{first};
    const auto margin = letters(first);
    std::size_t column = margin;
    std::istringstream words{std::string{text}};
    bool begins = true;
    for (std::string word; words >> word; begins = false) {
        if (!begins && column + 1 + letters(word) > width) {
            out += "\n" + std::string(margin, ' ');
            column = margin;
        } else if (!begins) {
            out += " ";
            ++column;
        }
        out += word;
        column += letters(word);
    }
    return out;
}

}  // namespace rogatory::server
