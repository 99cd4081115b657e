#pragma once

#include <span>
#include <string_view>

namespace rogatory::cli {

// The whole of `rogatory` but for the verbs that have a tongue of their own (age, keeper): parse, act, say, exit code.
[[nodiscard]] int run_command_line(std::span<const std::string_view> arguments);

}  // namespace rogatory::cli
