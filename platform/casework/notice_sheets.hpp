#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/casework/notice_values.hpp"
#include "platform/casework/spreadsheet.hpp"
#include "platform/model/notices.hpp"

// Rows of notice boards from the sheets "focal_point", "law_entry", "state_profile", "calendar" and
// "recommendation". Lists within a cell (languages, kinds of assistance, elements, deputies, clusters) are divided by
// semicolons.
namespace rogatory::casework {

struct ImportedNotice {
    std::size_t number;  // of the row, as the spreadsheet counts
    model::Notice notice;
};

struct NoticeImport {
    Import sheet;                      // with faults of its own and of what a row must hold beyond its cells
    std::vector<ImportedNotice> rows;  // empty while there is a question or a fault: nothing is half imported
};

// `own` is the State whose profile it is: a row of another State is a fault; empty for a body, which names every State.
// Two rows that say the same of one day are a fault as well. invalid_input "import.sheet".
[[nodiscard]] Result<NoticeImport> import_notices(std::string_view sheet, ByteView file, const ImportOptions& options,
                                                  std::string_view own);

// Faults beyond those of every sheet: "import.list" (one of several words), "import.days", "import.language",
// "import.state", "import.half_year", "import.number", "import.order", "import.overlap", "import.without",
// "import.outside".
[[nodiscard]] const std::vector<std::string>& notice_fault_keys();

}  // namespace rogatory::casework
