#include "web/cli/console/language.hpp"

#include <cstdlib>
#include <string_view>

namespace rogatory::cli {

Language language_of_environment(Language otherwise) {
    for (const auto* name : {"ROGATORY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* const set = std::getenv(name);
        const std::string_view value = set == nullptr ? "" : set;
        if (value.empty()) continue;
        // The first that is set decides, as for every program: LC_ALL=C means English.
        return parse_language(value).value_or(Language::en);
    }
    return otherwise;
}

}  // namespace rogatory::cli
