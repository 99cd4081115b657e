#pragma once

#include <string>
#include <vector>

#include "web/cli/catalogue/entries.hpp"

namespace rogatory::cli {

// rogatory-verify: what of `rogatory verify` needs neither network nor account, for whoever has nothing else of ours.
// The same options, words and exit codes. `otherwise`: the language where no variable says one. Gives the exit code.
[[nodiscard]] int run_verifier(const std::vector<std::string>& arguments, Language otherwise);

}  // namespace rogatory::cli
