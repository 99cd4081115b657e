// What stands on notice boards as CSV.
#include <algorithm>

#include "platform/base/try.hpp"
#include "platform/casework/recommendations.hpp"
#include "web/cli/commands/board_options.hpp"
#include "web/cli/commands/board_show.hpp"
#include "web/cli/commands/new_file.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli::board {
namespace {

using agent::NoticeKind;

// A CSV to a new file, or to the screen.
Result<ExitCode> give_csv(const Console& console, const std::string& csv, const std::string& out, std::size_t rows) {
    if (out.empty()) {
        console.print(Json{}.add("csv", csv));
        // Another State's words: in a file as they are, on a screen without what would steer it.
        std::string_view rest{csv};
        while (!rest.empty()) {
            const auto line_end = rest.find('\n');
            console.answer_line(printable(rest.substr(0, line_end)), 0);
            rest = line_end == std::string_view::npos ? std::string_view{} : rest.substr(line_end + 1);
        }
        return ExitCode::ok;
    }
    ROGATORY_TRY_VOID(write_new_file(out, csv));
    console.print(Json{}.add("file", out).add("rows", static_cast<std::uint64_t>(rows)));
    console.answer("board.exported", {{"file", out}, {"count", static_cast<std::int64_t>(rows)}});
    return ExitCode::ok;
}

}  // namespace

std::string own_code(const agent::Agent& agent) {
    for (const auto& one : agent.memberships()) {
        if (one.acting) return one.party_code;
    }
    return {};
}
std::string own_state(const std::string& code) { return code.find('-') == std::string::npos ? code : std::string{}; }

Result<ExitCode> export_file(Program& program, NoticeKind kind, const Options& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    agent::NoticeQuery query;
    query.kind = kind;
    query.party = options.query.party.empty() ? own_code(agent) : options.query.party;
    query.all = true;
    ROGATORY_TRY(const auto there, agent::list_notices(agent, query));
    std::vector<model::Notice> rows;
    for (const auto& row : there.rows) {
        if (!row.ended) rows.push_back(row.notice);
    }
    ROGATORY_TRY(const auto csv,
                 casework::export_notices(sheet_of(kind), rows, sheet_language(console), own_state(query.party)));
    tell_unread(console, there.unread);
    return give_csv(console, csv, options.out, rows.size());
}

Result<ExitCode> annex(Program& program, NoticeKind kind, const Options& options) {
    const auto& console = program.console();
    ROGATORY_TRY(const auto round, casework::Date::parse(options.on));
    ROGATORY_TRY(auto agent, program.agent());
    agent::NoticeQuery query;
    query.kind = kind;
    query.all = true;
    ROGATORY_TRY(auto there, agent::list_notices(agent, query));
    std::ranges::stable_sort(there.rows, {}, &agent::NoticeView::at);
    std::vector<model::Recommendation> published;
    for (const auto& row : there.rows) {
        if (!row.ended) published.push_back(std::get<model::Recommendation>(row.notice));
    }
    const auto rows = casework::with_published(published);
    tell_unread(console, there.unread);
    return give_csv(console, casework::annex_csv(rows, round, sheet_language(console)), options.out,
                    casework::annex(rows, round, sheet_language(console)).size());
}

}  // namespace rogatory::cli::board
