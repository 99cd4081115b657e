#pragma once

#include <string>

#include "platform/agent/dossiers.hpp"
#include "web/cli/program/program.hpp"

namespace rogatory::cli {

// What `--after COMMAND` is to `get`: the command is run by the shell with the file as its last argument, and any exit
// code but 0 keeps the file from appearing. Its own words go to stderr. An empty command asks nobody.
agent::Examine examiner(Program& program, const std::string& command);

}  // namespace rogatory::cli
