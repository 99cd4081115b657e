#pragma once

#include <string>
#include <vector>

#include "web/cli/report/page.hpp"

namespace rogatory::cli {

// One file that needs nothing else: no script, no address, every text escaped. A page after the other, each in its own
// language; printed, each begins on a new sheet of A4.
[[nodiscard]] std::string html_report(const std::vector<Page>& pages);

}  // namespace rogatory::cli
