#pragma once

#include <string>

#include "crypto/encoding/canonical_json.hpp"
#include "platform/casework/report_row.hpp"

namespace rogatory::casework {

// The report as an object: figures by name, days as text with one decimal ("61.5"), hidden cells left out and named
// under "hidden".
[[nodiscard]] encoding::Json report_json(const Report& report);

// One Party's row, as it is published, and back. invalid_input "report.row": not every figure is there or hidden.
[[nodiscard]] encoding::Json row_json(const PartyRow& row);
[[nodiscard]] Result<PartyRow> parse_row(const encoding::Json& json);

// The report as a spreadsheet opens it in that language: a line for what each Party received and one for what it sent,
// the total, the line of Defence and victims. Semicolons, a byte order mark, a decimal comma in French; hidden cells
// hold "c" (confidential), as statistical offices mark them.
[[nodiscard]] std::string report_csv(const Report& report, Language language);

// Published rows as such a spreadsheet: what each State received from an organ and sent to it, and what they add up to.
struct AnsweredRow {
    model::ReportRow row;
    std::string answer;  // in the reader's language
};
[[nodiscard]] std::string published_csv(const std::vector<AnsweredRow>& rows, const RowSums& sums, Language language);

// "61.5"; "61,5" in French.
[[nodiscard]] std::string tenths_text(Tenths tenths, Language language);

}  // namespace rogatory::casework
