#pragma once

#include <string>
#include <vector>

#include "platform/agent/report_rows.hpp"
#include "web/cli/commands/show.hpp"

// How the rows of the report are written for people and for programs.
namespace rogatory::cli {

std::string row_day(const Console& console, const std::string& iso);
std::string row_day(const Console& console, UnixSeconds at);
std::string period_text(const Console& console, const std::string& from, const std::string& to);
std::string row_cell(const Console& console, const casework::Cell& value);
std::string figure_title(const Console& console, const std::string& name);
// A line a figure; lines of nothing are left out unless asked for.
Table figures_table(const Console& console, const std::vector<casework::Cell>& received,
                    const std::vector<casework::Cell>& sent, bool all);
// What stands: told, answered, published.
std::string state_of(const Console& console, const agent::RowView& view);
void tell_differences(const Console& console, const std::vector<std::string>& differs);
void tell_row_differs(const Console& console, const agent::PublishedView& view);

Json row_view_json(const agent::RowView& view);
Json published_view_json(const agent::PublishedView& view);
Json sums_json(const casework::RowSums& sums);

}  // namespace rogatory::cli
