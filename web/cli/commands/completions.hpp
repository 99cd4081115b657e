#pragma once

#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

namespace rogatory::cli {

// The tree of commands as it is declared, so that no list of them is kept by hand anywhere: as completions for bash,
// zsh or fish, in the language of the descriptions, or as "tree", JSON from which the manual page is made. Empty for
// any other.
[[nodiscard]] std::string completions(const CLI::App& root, std::string_view shell);

}  // namespace rogatory::cli
