#pragma once

#include "web/cli/exit_code.hpp"
#include "web/cli/program/program.hpp"

namespace rogatory::cli {

// `rogatory status`: whose profile this is, whether it is unlocked, for whom he acts, and what alarms stand.
Result<ExitCode> status(Program& program);

}  // namespace rogatory::cli
