#pragma once

#include "web/cli/commands/verbs.hpp"

namespace rogatory::cli {

// `audit`, and below `admin`, whose verbs stand before, `admin audit-feed`.
void add_audit_verbs(Verbs& verbs);

}  // namespace rogatory::cli
