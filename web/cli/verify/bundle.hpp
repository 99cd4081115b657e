#pragma once

// verify bundle: the same in `rogatory` and in `rogatory-verify`.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "web/cli/console/console.hpp"
#include "web/cli/exit_code.hpp"
#include "web/cli/report/page.hpp"

namespace rogatory::cli {

struct BundleToCheck {
    std::filesystem::path file;
    std::vector<std::string> parties;
    std::optional<std::filesystem::path> sheet;
    std::vector<std::filesystem::path> reports;
    std::optional<std::filesystem::path> extract;
    bool overwrite = false;
};
// Empty where a program draws no PDF.
using PdfMaker = std::function<Result<std::string>(const std::vector<Page>&)>;

[[nodiscard]] Result<ExitCode> check_bundle(const Console& console, const BundleToCheck& options, const PdfMaker& pdf);

}  // namespace rogatory::cli
