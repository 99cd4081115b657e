#pragma once

#include "web/cli/commands/verbs.hpp"

namespace rogatory::cli {

// Below `party`, whose verbs stand before: from where and how one's own people come in.
void add_access_rule_verbs(Verbs& verbs);

}  // namespace rogatory::cli
