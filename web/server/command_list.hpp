#pragma once

#include "web/server/command_tree.hpp"

namespace rogatory::server {

// Every command of rogatoryd. Whom `init` can ask, at a terminal, need not say all; a script must.
void add_commands(CommandTree& tree, bool can_ask);

}  // namespace rogatory::server
