#pragma once

// How rows of notice boards look, for people and for --json.

#include "platform/agent/notices.hpp"
#include "platform/casework/notice_sheets.hpp"
#include "web/cli/console/console.hpp"

namespace rogatory::cli {

[[nodiscard]] casework::Language sheet_language(const Console& console);
// The sheet of platform/casework/data/columns.csv that a kind of row is imported from.
[[nodiscard]] std::string_view sheet_of(agent::NoticeKind kind);

// Its content by the columns of its sheet.
[[nodiscard]] Json notice_json(const agent::NoticeView& row);
[[nodiscard]] Table notice_table(const Console& console, agent::NoticeKind kind,
                                 const std::vector<agent::NoticeView>& rows);
// Every field that says something, a line each, under its title.
void show_values(const Console& console, std::string_view sheet, const casework::Values& values);
// Of whom nothing is shown as fact, and why.
void tell_unread(const Console& console, const std::vector<agent::UnreadBoard>& unread);

[[nodiscard]] Json finding_json(const Console& console, const casework::Finding& finding);

}  // namespace rogatory::cli
