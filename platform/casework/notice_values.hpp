#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/casework/spreadsheet.hpp"
#include "platform/model/notices.hpp"

// Rows of notice boards as values of the sheets that notice_sheets.hpp reads.
namespace rogatory::casework {

[[nodiscard]] Values values_of(const model::Notice& notice, std::string_view own);
// Of one row by its values, as `import_notices` reads it.
[[nodiscard]] Result<std::string> export_notices(std::string_view sheet, const std::vector<model::Notice>& rows,
                                                 Language language, std::string_view own);

// The parts of a cell, divided by semicolons. One that holds a semicolon stands in quotation marks, a mark inside it
// twice: a; "b; c".
[[nodiscard]] std::vector<std::string> parts_of(std::string_view text);

}  // namespace rogatory::casework
