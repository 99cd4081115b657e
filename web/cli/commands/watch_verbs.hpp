#pragma once

#include "web/cli/commands/verbs.hpp"

namespace rogatory::cli {

// `watch`
void add_watch_verbs(Verbs& verbs);

}  // namespace rogatory::cli
