#pragma once

#include "web/cli/commands/verbs.hpp"

namespace rogatory::cli {

// Under `report`: the row of one State, and what is published of all.
void add_report_row_verbs(Verbs& verbs, CLI::App& report);

}  // namespace rogatory::cli
