#pragma once

// verify evidence: the same in `rogatory` and in `rogatory-verify`.

#include <filesystem>

#include "web/cli/console/console.hpp"
#include "web/cli/exit_code.hpp"

namespace rogatory::cli {

[[nodiscard]] Result<ExitCode> check_evidence(const Console& console, const std::filesystem::path& file);

}  // namespace rogatory::cli
