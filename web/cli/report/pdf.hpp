#pragma once

#include "platform/base/result.hpp"
#include "web/cli/report/page.hpp"

namespace rogatory::cli {

// The same on sheets of A4, drawn by cairo and Pango: numbered, the bundle's digest at the foot of each, a page of the
// list after the other. unavailable "custody.pdf" where the library fails.
[[nodiscard]] Result<std::string> pdf_report(const std::vector<Page>& pages);

}  // namespace rogatory::cli
