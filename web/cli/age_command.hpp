#pragma once

#include <span>
#include <string_view>

#include "web/cli/console/console.hpp"

namespace rogatory::cli {

// `rogatory age`: stock age's flags over all cores. Returns the exit code; `arguments` come behind the verb.
[[nodiscard]] int age_command(std::span<const std::string_view> arguments, const Console& console);

}  // namespace rogatory::cli
