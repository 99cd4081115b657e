#pragma once

#include "platform/agent/dossiers.hpp"
#include "web/cli/exit_code.hpp"
#include "web/cli/program/program.hpp"

namespace rogatory::cli {

// What was fetched and what is missing, for people and for --json; the worst of what is missing is the exit code.
ExitCode tell_got(Program& program, const agent::Hash& chain, const agent::Got& got);

}  // namespace rogatory::cli
