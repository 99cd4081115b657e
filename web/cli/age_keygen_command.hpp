#pragma once

#include <span>
#include <string_view>

#include "web/cli/console/console.hpp"

namespace rogatory::cli {

// `rogatory age-keygen [-pq] [-x25519] [-o OUTPUT]` and `-y [-o OUTPUT] [INPUT]`, as stock age-keygen, except that the
// post-quantum key is the default: the only kind that Rogatory itself uses.
[[nodiscard]] int age_keygen_command(std::span<const std::string_view> arguments, const Console& console);

}  // namespace rogatory::cli
