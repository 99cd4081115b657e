#include "web/cli/verifier/windows_name.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace rogatory::cli {

bool is_windows_name(std::string_view name) {
    const bool plain = std::ranges::none_of(name, [](char c) {
        return (c >= '\0' && c < ' ') || std::string_view{R"(<>:"/\|?*)"}.find(c) != std::string_view::npos;
    });
    if (!plain || name.empty() || name.ends_with('.') || name.ends_with(' ')) return false;
    // A device is one with any ending: "nul.txt", "com1 .pdf".
    std::string stem{name.substr(0, name.find('.'))};
    while (stem.ends_with(' ')) stem.pop_back();
    std::ranges::transform(stem, stem.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    for (const std::string_view device : {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}) {
        if (stem == device) return false;
    }
    const auto numbered = [&](std::string_view port) {
        if (!stem.starts_with(port)) return false;
        const auto rest = std::string_view{stem}.substr(port.size());
        return (rest.size() == 1 && rest[0] >= '0' && rest[0] <= '9') || rest == "\u00b9" || rest == "\u00b2" ||
               rest == "\u00b3";
    };
    return !numbered("COM") && !numbered("LPT");
}

}  // namespace rogatory::cli
