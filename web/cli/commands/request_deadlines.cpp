// request deadlines: which answers are due and which measures lapse.
#include "platform/base/try.hpp"
#include "platform/casework/date.hpp"
#include "web/cli/commands/board_show.hpp"
#include "web/cli/commands/request_options.hpp"
#include "web/cli/commands/request_show.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli::request {
namespace {

constexpr std::int64_t kMinuteSeconds = 60;

Json deadline_json(const agent::DeadlineView& one) {
    Json out;
    out.add("dossier", hex_text(one.request.chain)).add("what", one.measure ? "measure" : "answer");
    if (one.request.routing) out.add("reference", one.request.routing->reference);
    out.add("side", one.request.side).add("day", one.day).add("state", one.state).add("days", one.days);
    out.add("working_days", static_cast<std::int64_t>(one.working_days)).add("published", one.published);
    if (one.measure) {
        out.add("by", authority_json(one.measure->by)).add("key", one.measure->key).add("kind", one.measure->kind);
        out.add("order", one.measure->order);
    }
    return out;
}

std::string what_text(const Console& console, const agent::DeadlineView& one) {
    if (!one.measure) return console.text("deadline.answer");
    const auto& measure = *one.measure;
    return console.text("deadline.measure", {{"kind", measure.kind},
                                             {"order", printable(measure.order.empty() ? measure.key : measure.order)},
                                             {"who", authority_text(console, measure.by)}});
}

std::string left_text(const Console& console, const agent::DeadlineView& one) {
    const auto count = static_cast<std::int64_t>(one.days);
    if (one.measure && one.state == "overdue") return console.text("deadline.lapsed", {{"count", count}});
    // Of a measure its last day counts, whether or not anybody works on it.
    if (one.measure) return console.text("deadline.days", {{"count", count}});
    return console.text(one.state == "overdue" ? "deadline.overdue" : "deadline.left",
                        {{"count", count}, {"working", static_cast<std::int64_t>(one.working_days)}});
}

}  // namespace

Result<ExitCode> deadlines(Program& program, const Options& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    agent::DeadlineQuery query;
    query.within = options.within;
    query.zone = minutes_ahead_of_utc() * kMinuteSeconds;
    ROGATORY_TRY(const auto found, agent::list_deadlines(agent, query));
    std::vector<Json> items;
    Table table{{{console.text("column.due")},
                 {console.text("column.left"), Narrow::wrap},
                 {console.text("column.what"), Narrow::wrap},
                 {console.text("column.reference"), Narrow::cut},
                 {console.text("column.from"), Narrow::cut},
                 {console.text("column.to"), Narrow::cut},
                 {console.text("column.dossier")}}};
    bool counted = false;
    for (const auto& one : found) {
        items.push_back(deadline_json(one));
        const auto day = casework::Date::parse(one.day);
        table.row({day ? casework::written(*day, sheet_language(console)) : one.day, left_text(console, one),
                   what_text(console, one),
                   one.request.routing ? one.request.routing->reference : console.text("request.confidential_mark"),
                   authority_text(console, one.request.requesting), requested_text(console, one.request),
                   short_hex(one.request.chain)});
        counted = counted || (!one.measure && !one.published);
    }
    console.print(Json{}.add("items", Json::array(items)));
    if (found.empty()) console.answer("deadline.none", {{"count", query.within}});
    console.answer(table);
    if (counted) console.note("deadline.not_published");
    return ExitCode::ok;
}

}  // namespace rogatory::cli::request
