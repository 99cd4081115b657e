#pragma once

#include <optional>
#include <string>

#include "platform/agent/dossiers.hpp"
#include "web/cli/program/program.hpp"

namespace rogatory::cli {

// Sets `--after` for good.
inline constexpr const char* kAfterVariable = "ROGATORY_AFTER";

// What `--after COMMAND` is to `get`: the command is run by the shell with the file as its last argument, and any exit
// code but 0 keeps the file from appearing. Its own words go to stderr. Without a command nobody is asked; one that is
// there and says nothing, as where a script's variable was not set, is invalid_input "after.empty".
Result<agent::Examine> examiner(Program& program, const std::optional<std::string>& command);

}  // namespace rogatory::cli
