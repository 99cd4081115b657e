#pragma once

#include "platform/agent/dossiers.hpp"
#include "web/cli/program/program.hpp"

namespace rogatory::cli {

// Tells what changed underneath, and asks whether to go on all the same; no where there is nobody to ask.
[[nodiscard]] agent::Reconfirm reconfirm(Program& program);

}  // namespace rogatory::cli
