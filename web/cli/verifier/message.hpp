#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "web/cli/catalogue/catalogue.hpp"

namespace rogatory::cli::plain {

// A message with its places filled, without ICU: {name}, {name, plural, =N {…} one {…} other {…}} and
// {name, select, word {…} other {…}}, one in the other. Every pattern of the catalogue comes out as ICU makes it, which
// a test holds. Nothing where a pattern is none, or an argument is missing.
[[nodiscard]] std::optional<std::string> filled(Language language, std::string_view pattern,
                                                const Arguments& arguments);

}  // namespace rogatory::cli::plain
