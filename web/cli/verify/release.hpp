#pragma once

// verify release: the same in `rogatory` and in `rogatory-verify`.

#include <filesystem>

#include "web/cli/console/console.hpp"
#include "web/cli/exit_code.hpp"

namespace rogatory::cli {

struct ReleaseToCheck {
    std::filesystem::path folder;
    std::filesystem::path signers;
};
[[nodiscard]] Result<ExitCode> check_release(const Console& console, const ReleaseToCheck& options);

}  // namespace rogatory::cli
