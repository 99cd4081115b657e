#pragma once

#include "web/cli/commands/verbs.hpp"

namespace rogatory::cli {

// Giving back to a restored server what this device has: a verb of `log`.
void add_repair_verbs(Verbs& verbs);

}  // namespace rogatory::cli
