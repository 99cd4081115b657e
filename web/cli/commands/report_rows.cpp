// report row, report published: one State's row of an organ's report, from telling the State to the sum of all rows.
#include <memory>

#include "platform/agent/report_rows.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/report_text.hpp"
#include "platform/record/request_texts.hpp"
#include "web/cli/commands/board_show.hpp"
#include "web/cli/commands/new_file.hpp"
#include "web/cli/commands/reconfirm.hpp"
#include "web/cli/commands/report_row_show.hpp"
#include "web/cli/commands/report_rows.hpp"
#include "web/cli/commands/sent.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

using casework::Date;

struct RowOptions {
    std::string party;
    std::string from;
    std::string to;
    std::string as_of;
    std::uint64_t hide_below = model::kSmallestShown;
    std::string dossier;
    std::string row;
    std::string message;
    std::string csv;
    bool all = false;
};

Result<std::optional<casework::Period>> period_of(const RowOptions& given) {
    if (given.from.empty() != given.to.empty()) {
        return fail(Error{ErrorCode::invalid_input, "usage.required"}.with("what", "--from --to"));
    }
    if (given.from.empty()) return std::nullopt;
    ROGATORY_TRY(const auto from, Date::parse(given.from));
    ROGATORY_TRY(const auto to, Date::parse(given.to));
    if (to < from) return fail(ErrorCode::invalid_input, "report.period");
    return casework::Period{from, to};
}

// The last reporting year that is over.
casework::Period last_year(Date today) {
    return casework::reporting_year(casework::reporting_year(today).from.plus_days(-1));
}

Result<ExitCode> propose(Program& program, const RowOptions& given) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto period, period_of(given));
    const auto today = Date::at(agent.now(), 0);
    const auto chosen = period.value_or(last_year(today));
    auto as_of = today;
    if (!given.as_of.empty()) {
        ROGATORY_TRY(as_of, Date::parse(given.as_of));
    }
    agent::RowOrder order{
        given.party.substr(0, given.party.find('/')), given.party, chosen, as_of, given.hide_below, {}, given.message};
    order.title =
        console.text("report_row.title",
                     {{"party", order.party}, {"period", period_text(console, chosen.from.text(), chosen.to.text())}});
    ROGATORY_TRY(const auto told, agent::propose_row(agent, order, reconfirm(program)));
    program.observer().finish();
    console.print(Json{}
                      .add("event", "row_proposed")
                      .add("dossier", hex_text(told.sent.chain))
                      .add("seq", told.sent.seq)
                      .add("row", Json::of(record::write_row(told.row)))
                      .add("unreadable", static_cast<std::uint64_t>(told.unreadable))
                      .add("counting", told.sent.counting));
    ROGATORY_TRY(const auto line, casework::party_row_of(told.row));
    console.answer("report_row.proposed", {{"party", order.party},
                                           {"dossier", short_hex(told.sent.chain)},
                                           {"period", period_text(console, told.row.from, told.row.to)}});
    console.answer(figures_table(console, line.received.counts, line.sent.counts, given.all));
    if (told.unreadable > 0) {
        console.warn("report.unreadable", {{"count", static_cast<std::int64_t>(told.unreadable)}});
    }
    if (!told.sent.counting) console.note("send.pending");
    return told.unreadable == 0 ? ExitCode::ok : ExitCode::attention;
}

Result<ExitCode> list(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto rows, agent::list_rows(agent));
    std::vector<Json> items;
    Table table{{{console.text("column.dossier")},
                 {console.text("column.of")},
                 {console.text("column.from")},
                 {console.text("column.period"), Narrow::wrap},
                 {console.text("column.told"), Narrow::wrap},
                 {console.text("column.status"), Narrow::wrap}}};
    bool differs = false;
    for (const auto& one : rows) {
        items.push_back(row_view_json(one));
        table.row({short_hex(one.chain), one.row.party, authority_text(console, one.organ),
                   period_text(console, one.row.from, one.row.to), row_day(console, one.proposed_at),
                   state_of(console, one)});
        differs = differs || !one.published_differs.empty();
    }
    console.print(Json{}.add("event", "rows").add("items", Json::array(items)));
    if (rows.empty()) console.answer("report_row.none");
    console.answer(table);
    if (differs) console.warn("report_row.some_differ");
    return differs ? ExitCode::attention : ExitCode::ok;
}

Result<ExitCode> show(Program& program, const RowOptions& given) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, given.dossier));
    ROGATORY_TRY(const auto shown, agent::show_row(agent, chain));
    const auto& view = shown.view;
    std::vector<Json> differences;
    for (const auto& one : shown.differences) {
        differences.push_back(Json{}
                                  .add("figure", one.figure)
                                  .add("side", one.received ? "received" : "sent")
                                  .add("told", one.told)
                                  .add("own", one.own));
    }
    console.print(row_view_json(view)
                      .add("counted", shown.counted)
                      .add("differences", Json::array(differences))
                      .add("unknown", Json::array(shown.unknown))
                      .add("unreadable", static_cast<std::uint64_t>(shown.unreadable)));
    ROGATORY_TRY(const auto line, casework::party_row_of(view.row));
    console.answer("report_row.heading", {{"party", view.row.party},
                                          {"organ", authority_text(console, view.organ)},
                                          {"period", period_text(console, view.row.from, view.row.to)},
                                          {"as_of", row_day(console, view.row.as_of)},
                                          {"told", row_day(console, view.proposed_at)}});
    console.answer(figures_table(console, line.received.counts, line.sent.counts, given.all));
    if (view.row.hide_below > 0) {
        console.answer("report_row.hidden", {{"bound", static_cast<std::int64_t>(view.row.hide_below)}});
    }
    if (!shown.unknown.empty()) console.warn("report_row.unknown_figures", {{"figures", joined(shown.unknown)}});
    if (view.withdrawn) console.warn("report_row.withdrawn");
    if (view.unread) console.warn("report_row.unread_entry");
    if (shown.counted && shown.differences.empty() && shown.unknown.empty()) console.answer("report_row.same");
    if (!shown.differences.empty()) {
        console.warn("report_row.differences", {{"count", static_cast<std::int64_t>(shown.differences.size())}});
        Table table{{{console.text("column.figure"), Narrow::wrap},
                     {console.text("column.told_figure"), Narrow::keep, Align::right},
                     {console.text("column.own_figure"), Narrow::keep, Align::right}}};
        for (const auto& one : shown.differences) {
            const auto side = console.text(one.received ? "column.received" : "column.sent");
            table.row({figure_title(console, one.figure) + " (" + side + ")", std::to_string(one.told),
                       std::to_string(one.own)});
        }
        console.answer(table);
    }
    if (shown.unreadable > 0) {
        console.warn("report.unreadable", {{"count", static_cast<std::int64_t>(shown.unreadable)}});
    }
    if (view.answer) {
        console.answer("report_row.answered", {{"answer", word(console, "row_answer", model::name_of(*view.answer))},
                                               {"name", printable(view.answered_by)},
                                               {"day", row_day(console, view.answered_at)}});
        if (!view.words.empty()) console.answer_text(printable(view.words));
    } else if (!view.published) {
        console.answer("report_row.waits", {{"day", row_day(console, view.publish_from)}});
    }
    if (view.published) console.answer("report_row.published_on", {{"day", row_day(console, view.published_at)}});
    tell_differences(console, view.published_differs);
    if (view.side == "state" && !view.withdrawn) {
        console.answer("report_row.answer_it", {{"dossier", short_hex(view.chain)}, {"row", short_hex(view.told)}});
    }
    return view.published_differs.empty() ? ExitCode::ok : ExitCode::attention;
}

// The row that was shown, by the first digits of its id: if another was told since, it is not that one's answer.
Result<agent::Sent> answer_shown(agent::Agent& agent, const agent::Hash& chain, const RowOptions& given,
                                 model::RowAnswer said, const agent::Reconfirm& reconfirm) {
    ROGATORY_TRY(const auto now, agent::show_row(agent, chain));
    if (given.row.size() < 6 || !hex_text(now.view.told).starts_with(given.row))
        return fail(ErrorCode::conflict, "report_row.told_anew");
    return agent::answer_row(agent, chain, now.view.told, said, given.message, reconfirm);
}

Result<ExitCode> answer(Program& program, const RowOptions& given, model::RowAnswer said) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, given.dossier));
    ROGATORY_TRY(const auto sent, answer_shown(agent, chain, given, said, reconfirm(program)));
    program.observer().finish();
    console.print(Json{}
                      .add("event", "row_answered")
                      .add("dossier", hex_text(sent.chain))
                      .add("seq", sent.seq)
                      .add("answer", std::string{model::name_of(said)})
                      .add("counting", sent.counting));
    console.answer(said == model::RowAnswer::confirmed ? "report_row.confirmed" : "report_row.commented");
    if (!sent.counting) console.note("send.pending");
    return ExitCode::ok;
}

Result<ExitCode> publish(Program& program, const RowOptions& given) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, given.dossier));
    ROGATORY_TRY(const auto view, agent::publish_row(agent, chain));
    console.print(row_view_json(view));
    console.answer("report_row.done",
                   {{"party", view.row.party}, {"period", period_text(console, view.row.from, view.row.to)}});
    return ExitCode::ok;
}

Result<ExitCode> published(Program& program, const RowOptions& given) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto period, period_of(given));
    ROGATORY_TRY(const auto table, agent::published_table(agent, period));
    if (!given.csv.empty()) {
        std::vector<casework::AnsweredRow> rows;
        for (const auto& one : table.rows) {
            rows.push_back(
                {one.published.report_row, word(console, "row_answer", model::name_of(one.published.answer))});
        }
        ROGATORY_TRY_VOID(
            write_new_file(given.csv, casework::published_csv(rows, table.sums, sheet_language(console))));
    }
    std::vector<Json> rows;
    Table shown{{{console.text("column.of")},
                 {console.text("column.from")},
                 {console.text("column.answer"), Narrow::wrap},
                 {console.text("column.requests_received"), Narrow::keep, Align::right},
                 {console.text("column.requests_sent"), Narrow::keep, Align::right}}};
    auto waiting = shown;
    std::vector<Json> pending;
    bool differs = false;
    const auto put = [&](const agent::PublishedView& one, std::vector<Json>& items, Table& lines) -> Result<> {
        items.push_back(published_view_json(one));
        ROGATORY_TRY(const auto line, casework::party_row_of(one.published.report_row));
        lines.row({line.party.text(), one.organ, word(console, "row_answer", model::name_of(one.published.answer)),
                   row_cell(console, line.received.counts.front()), row_cell(console, line.sent.counts.front())});
        differs = differs || !one.differs.empty();
        return {};
    };
    for (const auto& one : table.rows) ROGATORY_TRY_VOID(put(one, rows, shown));
    for (const auto& one : table.pending) ROGATORY_TRY_VOID(put(one, pending, waiting));
    std::vector<Json> missing;
    for (const auto& one : table.missing) {
        missing.push_back(Json{}.add("organ", one.organ).add("states", Json::array(one.states)));
    }
    std::vector<Json> periods;
    for (const auto& one : table.periods)
        periods.push_back(Json{}.add("from", one.from.text()).add("to", one.to.text()));
    std::vector<Json> unread;
    for (const auto& one : table.unread) unread.push_back(Json{}.add("party", one.party).add("why", one.why));
    Json out;
    if (table.period) out.add("from", table.period->from.text()).add("to", table.period->to.text());
    console.print(out.add("rows", Json::array(rows))
                      .add("pending", Json::array(pending))
                      .add("sums", sums_json(table.sums))
                      .add("missing", Json::array(missing))
                      .add("periods", Json::array(periods))
                      .add("unread", Json::array(unread)));
    if (table.rows.empty()) {
        console.answer("report_row.nothing_published");
        if (table.pending.empty()) return ExitCode::ok;
    } else {
        console.answer("report_row.published_heading",
                       {{"period", period_text(console, table.period->from.text(), table.period->to.text())}});
        console.answer(shown);
        console.answer("report_row.sum", {{"count", static_cast<std::int64_t>(table.rows.size())}});
        console.answer(figures_table(console, table.sums.received, table.sums.sent, given.all));
    }
    if (!table.pending.empty()) {
        console.answer("report_row.pending");
        console.answer(waiting);
    }
    for (const auto& one : table.missing) {
        if (!one.states.empty())
            console.note("report_row.missing", {{"organ", one.organ}, {"states", joined(one.states)}});
    }
    for (const auto& one : table.unread) {
        if (!model::PartyCode::parse(one.party) || model::PartyCode::parse(one.party)->is_state()) continue;
        console.note("report_row.unread", {{"party", one.party}});
    }
    for (const auto& one : table.rows) tell_row_differs(console, one);
    for (const auto& one : table.pending) tell_row_differs(console, one);
    if (!given.csv.empty()) console.note("report.written", {{"file", given.csv}});
    return differs ? ExitCode::attention : ExitCode::ok;
}

}  // namespace

void add_report_row_verbs(Verbs& verbs, CLI::App& report) {
    const auto given = std::make_shared<RowOptions>();
    auto& row = verbs.noun(report, "row");
    const auto of_dossier = [&](const std::string& name, const Action& act) -> CLI::App& {
        auto& app = verbs.verb(row, name, act);
        verbs.option(app, "dossier", given->dossier, "DOSSIER")->required();
        return app;
    };
    auto& proposing = verbs.verb(row, "propose", [given](Program& program) { return propose(program, *given); });
    verbs.option(proposing, "--party", given->party, "STATE")->required();
    verbs.option(proposing, "--from", given->from, "DATE");
    verbs.option(proposing, "--to", given->to, "DATE");
    verbs.option(proposing, "--as-of", given->as_of, "DATE");
    verbs.option(proposing, "--hide-below", given->hide_below, "NUMBER");
    verbs.option(proposing, "--message", given->message, "TEXT");
    verbs.flag(proposing, "--all", given->all);
    verbs.verb(row, "list", [](Program& program) { return list(program); });
    auto& showing = of_dossier("show", [given](Program& program) { return show(program, *given); });
    verbs.flag(showing, "--all", given->all);
    auto& confirming = of_dossier(
        "confirm", [given](Program& program) { return answer(program, *given, model::RowAnswer::confirmed); });
    verbs.option(confirming, "--row", given->row, "ROW")->required();
    verbs.option(confirming, "--message", given->message, "TEXT");
    auto& commenting = of_dossier(
        "comment", [given](Program& program) { return answer(program, *given, model::RowAnswer::commented); });
    verbs.option(commenting, "--row", given->row, "ROW")->required();
    verbs.option(commenting, "--message", given->message, "TEXT")->required();
    of_dossier("publish", [given](Program& program) { return publish(program, *given); });
    auto& all = verbs.verb(report, "published", [given](Program& program) { return published(program, *given); });
    verbs.option(all, "--from", given->from, "DATE");
    verbs.option(all, "--to", given->to, "DATE");
    verbs.option(all, "--csv", given->csv, "FILE");
    verbs.flag(all, "--all", given->all);
}

}  // namespace rogatory::cli
