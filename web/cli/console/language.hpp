#pragma once

#include "web/cli/catalogue/catalogue.hpp"

namespace rogatory::cli {

// $ROGATORY_LANG, then $LC_ALL, $LC_MESSAGES, $LANG as gettext reads them; where none is set `otherwise`.
[[nodiscard]] Language language_of_environment(Language otherwise);

}  // namespace rogatory::cli
