#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/casework/date.hpp"
#include "platform/casework/finding.hpp"
#include "platform/casework/text_import.hpp"
#include "platform/casework/values.hpp"

// Persons, entities, accounts, transactions, assets, focal points and law entries from a CSV as French and English
// Excel write it, and back. What can be read in two ways is asked; a file with a broken row is taken not at all.
namespace rogatory::casework {

struct Column {
    std::string code;
    std::string type;  // text, date, part_date, amount, currency, country, iban, bic, lei, or a list of data/words.csv
    bool required;
    std::string en;
    std::string fr;
};

// Of data/columns.csv; empty for a sheet that is not there.
[[nodiscard]] const std::vector<Column>& columns_of(std::string_view sheet);

// A row by column code; empty cells are left out. Dates in ISO 8601, amounts with a point, words by their code.
using Values = std::map<std::string, std::string>;
struct ImportedRow {
    std::size_t number;  // as the spreadsheet counts
    Values values;
};

struct ImportOptions {
    std::optional<char> separator;
    std::optional<DateOrder> date_order;
    std::optional<char> decimal_sign;
};

struct Import {
    Encoding encoding = Encoding::utf8;
    char separator = ';';
    std::vector<std::string> columns;  // the code of each; empty where a column has no title and no content
    std::vector<ImportedRow> preview;  // the first ten, as understood so far
    // What the person must say first: "import.ask_dates" and "import.ask_decimals" {row, column, value}.
    Findings questions;
    // Every fault with its row and column: of quotes, of titles, of rows. The keys are listed in fault_keys().
    Findings faults;
    // Identifiers that do not pass their check, with row and column; they hinder nothing.
    Findings warnings;
    std::vector<ImportedRow> rows;  // empty while there is a question or a fault: nothing is half imported
};

inline constexpr std::size_t kMostRows = 20'000;
inline constexpr std::size_t kMostCellBytes = 4'000;
[[nodiscard]] const std::vector<std::string>& fault_keys();

// invalid_input "import.sheet" where there is no such sheet.
[[nodiscard]] Result<Import> import_sheet(std::string_view sheet, ByteView file, const ImportOptions& options);

// The same rows as that language's Excel opens them: byte order mark, titles and words in the language; semicolons,
// decimal commas and dd/mm/yyyy in French, commas, points and ISO dates in English. Nothing in it is taken for a
// formula, and import_sheet gives the same rows back.
[[nodiscard]] Result<std::string> export_sheet(std::string_view sheet, const std::vector<Values>& rows,
                                               Language language);

}  // namespace rogatory::casework
