#pragma once

#include <string>
#include <vector>

#include "platform/casework/report.hpp"
#include "platform/model/report_row.hpp"

// One State's row of an organ's report, as it is told to the State and then published
// (platform/decisions/1712-published-rows.md).
namespace rogatory::casework {

// Of the dealings of these two alone, whatever else is among the facts. Small figures are hidden, with what would give
// them away inside the row. Errors: as make_report().
[[nodiscard]] Result<model::ReportRow> count_row(const std::vector<RequestFacts>& facts, const model::PartyCode& party,
                                                 const model::PartyCode& organ, const ReportOptions& options);

// The row as a line of the table: figures that it does not name are 0. What this program does not know is left out.
[[nodiscard]] Result<PartyRow> party_row_of(const model::ReportRow& row);

// Names that figures.csv does not have, of both sides, each once.
[[nodiscard]] std::vector<std::string> unknown_figures(const model::ReportRow& row);

// Where a row that one was told of is not what one counts oneself. A hidden figure is not judged.
struct RowDifference {
    std::string figure;
    bool received = false;  // by the State; else sent by it
    std::uint64_t told = 0;
    std::uint64_t own = 0;

    friend bool operator==(const RowDifference&, const RowDifference&) = default;
};
[[nodiscard]] std::vector<RowDifference> row_differences(const model::ReportRow& told, const model::ReportRow& own);

}  // namespace rogatory::casework
