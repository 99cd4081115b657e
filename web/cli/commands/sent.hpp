#pragma once

#include <string>
#include <vector>

#include "platform/agent/dossiers.hpp"
#include "web/cli/exit_code.hpp"
#include "web/cli/program/program.hpp"

namespace rogatory::cli {

// With commas between them.
[[nodiscard]] std::string joined(const std::vector<std::string>& texts);

// What was sent, to whom; ends the bars of the transfer.
ExitCode tell_sent(Program& program, const std::vector<agent::Sent>& sent);

}  // namespace rogatory::cli
