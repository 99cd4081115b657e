#include "web/cli/program/options.hpp"

#include <cstdlib>
#include <string_view>

#include <pwd.h>
#include <unistd.h>

#include "web/cli/console/language.hpp"

namespace rogatory::cli {
namespace {

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view{} : std::string_view{value};
}

}  // namespace

std::filesystem::path default_profile() {
    if (const auto data = environment("XDG_DATA_HOME"); data.starts_with('/'))
        return std::filesystem::path{data} / "rogatory";
    std::filesystem::path home{environment("HOME")};
    if (home.empty()) {
        if (const passwd* user = ::getpwuid(::getuid()); user != nullptr) home = user->pw_dir;
    }
    return home / ".local/share/rogatory";
}

Language choose_language(const std::optional<std::string>& option) {
    if (option) return parse_language(*option).value_or(Language::en);
    return language_of_environment(Language::en);
}

}  // namespace rogatory::cli
