#pragma once

#include "web/cli/commands/verbs.hpp"

namespace rogatory::cli {

// Under `authority`: what may leave it only with a second officer's visa.
void add_visa_verbs(Verbs& verbs, CLI::App& authority);

}  // namespace rogatory::cli
