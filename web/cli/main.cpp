#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

#include "web/cli/age_command.hpp"
#include "web/cli/age_keygen_command.hpp"
#include "web/cli/exit_code.hpp"

namespace rogatory::cli {
namespace {

struct Verb {
    std::string_view name;
    int (*run)(std::span<const std::string_view> arguments, const Console& console);
};

constexpr std::array kVerbs{Verb{"age", age_command}, Verb{"age-keygen", age_keygen_command}};

Language language_of_environment() {
    for (const auto* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const auto* value = std::getenv(name);
        if (value != nullptr && *value != '\0') return parse_language(value).value_or(Language::en);
    }
    return Language::en;
}

}  // namespace
}  // namespace rogatory::cli

int main(int count, char** values) {
    using namespace rogatory::cli;
    const std::vector<std::string_view> words{values + std::min(count, 1), values + count};
    const Console console{{.language = language_of_environment()}};
    for (const auto& verb : kVerbs) {
        if (!words.empty() && verb.name == words.front()) return verb.run(std::span{words}.subspan(1), console);
    }
    console.usage_error(console.text("age.which_command"));
    return static_cast<int>(ExitCode::usage);
}
