#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "platform/casework/finding.hpp"

// CSV as RFC 4180 has it and as spreadsheets write it: the text level, without types.
namespace rogatory::casework {

struct Row {
    std::size_t number;  // as the spreadsheet counts it: the first row is 1, a line break inside quotes begins none
    std::vector<std::string> cells;

    friend bool operator==(const Row&, const Row&) = default;
};

// "A", "B", … "AA": what a spreadsheet calls the column.
[[nodiscard]] std::string column_letters(std::size_t index);

// All rows that are not empty. Broken quoting is told as "import.quote_open" and "import.quote_text", with row and
// column.
[[nodiscard]] std::vector<Row> parse_cells(std::string_view text, char separator, Findings& faults);

// Of ; , and tab the one that divides the first rows most evenly; a first line "sep=;" decides.
[[nodiscard]] char find_separator(std::string_view text);

// A cell of text, quoted where needed. What a spreadsheet would take for a formula (= + - @, tab, line end at the
// beginning) gets an apostrophe before it, and so does a text that begins with such an apostrophe: taking one away
// again gives back what was written.
[[nodiscard]] std::string text_cell(std::string_view text, char separator);
[[nodiscard]] std::string without_guard(std::string_view cell);

// A cell as it is: numbers and dates of ours, which are no formulas.
[[nodiscard]] std::string plain_cell(std::string_view text, char separator);

// Cells joined, with the line end that Excel writes.
[[nodiscard]] std::string line_of(const std::vector<std::string>& cells, char separator);

}  // namespace rogatory::casework
