// report: the figures of one's own requests in a period, as anyone who holds the same statements can count them.
#include <array>
#include <memory>

#include "platform/agent/report.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/report_text.hpp"
#include "web/cli/commands/new_file.hpp"
#include "web/cli/commands/report_rows.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/verbs.hpp"

namespace rogatory::cli {
namespace {

using casework::Date;

struct Options {
    std::string from;
    std::string to;
    std::string as_of;
    std::uint64_t hide_below = 0;
    std::string csv;
    std::string facts;
    bool all = false;
};

casework::Language language_of(const Console& console) {
    return console.language() == Language::fr ? casework::Language::fr : casework::Language::en;
}

// The reporting year that today lies in, unless told; counted as it stands today, or at the end of a period that is
// over.
Result<casework::ReportOptions> report_options(const Options& given, Date today) {
    auto period = casework::reporting_year(today);
    if (given.from.empty() != given.to.empty()) {
        return fail(Error{ErrorCode::invalid_input, "usage.required"}.with("what", "--from --to"));
    }
    if (!given.from.empty()) {
        ROGATORY_TRY(period.from, Date::parse(given.from));
        ROGATORY_TRY(period.to, Date::parse(given.to));
    }
    auto as_of = today;
    if (!given.as_of.empty()) {
        ROGATORY_TRY(as_of, Date::parse(given.as_of));
    }
    return casework::ReportOptions{period, as_of, given.hide_below, {}};
}

std::string cell(const Console& console, const casework::Cell& value) {
    return value ? std::to_string(*value) : console.text("report.hidden_mark");
}

std::string days(const Console& console, const std::optional<casework::Tenths>& tenths) {
    return tenths ? casework::tenths_text(*tenths, language_of(console)) : console.text("report.none_mark");
}

// What one Party received and sent, a line a figure; lines of nothing are left out unless asked for.
Table row_table(const Console& console, const casework::PartyRow& row, bool all) {
    Table table{{{console.text("column.figure"), Narrow::wrap},
                 {console.text("column.received"), Narrow::keep, Align::right},
                 {console.text("column.sent"), Narrow::keep, Align::right}}};
    const auto& figures = casework::figures();
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const auto& received = row.received.counts[i];
        const auto& sent = row.sent.counts[i];
        if (!all && received == casework::Cell{0} && sent == casework::Cell{0}) continue;
        const std::string indent(figures[i].part_of ? 2 : 0, ' ');
        table.row({indent + figures[i].title(language_of(console)), cell(console, received), cell(console, sent)});
    }
    const auto line = [&](const char* key, const std::optional<casework::Tenths>& received,
                          const std::optional<casework::Tenths>& sent) {
        table.row({console.text(key), days(console, received), days(console, sent)});
    };
    line("report.acknowledge_median", row.received.to_acknowledge.median, row.sent.to_acknowledge.median);
    line("report.acknowledge_90", row.received.to_acknowledge.percentile_90, row.sent.to_acknowledge.percentile_90);
    line("report.reply_median", row.received.to_reply.median, row.sent.to_reply.median);
    line("report.reply_90", row.received.to_reply.percentile_90, row.sent.to_reply.percentile_90);
    return table;
}

// Of a body of the Court: each Party it dealt with, in the figures people ask for first.
Table party_table(const Console& console, const agent::OwnReport& own) {
    static constexpr std::array<const char*, 6> kShown{"requests", "acknowledged", "replied",
                                                       "executed", "open",         "overdue"};
    const auto& figures = casework::figures();
    std::vector<Column> columns{{console.text("column.party")}};
    std::vector<std::size_t> places;
    for (const auto* const name : kShown) {
        places.push_back(*casework::figure_index(name));
        columns.push_back({figures[places.back()].title(language_of(console)), Narrow::keep, Align::right});
    }
    columns.push_back({console.text("report.reply_median"), Narrow::wrap, Align::right});
    Table table{std::move(columns)};
    for (const auto& row : own.report.rows) {
        if (row.party == own.own) continue;
        std::vector<std::string> cells{row.party.text()};
        for (const auto place : places) cells.push_back(cell(console, row.received.counts[place]));
        cells.push_back(days(console, row.received.to_reply.median));
        table.row(std::move(cells));
    }
    return table;
}

encoding::Json facts_json(const agent::OwnReport& own) {
    encoding::Json::Array out;
    for (const auto& one : own.facts) out.push_back(one.json());
    return out;
}

Result<ExitCode> report(Program& program, const Options& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(auto wanted, report_options(options, Date::at(agent.now(), 0)));
    ROGATORY_TRY(const auto own, agent::own_report(agent, std::move(wanted)));
    if (!options.csv.empty()) {
        ROGATORY_TRY_VOID(write_new_file(options.csv, casework::report_csv(own.report, language_of(console))));
    }
    if (!options.facts.empty()) {
        ROGATORY_TRY_VOID(write_new_file(options.facts, encoding::encode_canonical_json(facts_json(own)) + "\n"));
    }
    console.print(Json{}
                      .add("party", own.own.text())
                      .add("report", Json::of(casework::report_json(own.report)))
                      .add("confidential", static_cast<std::uint64_t>(own.confidential))
                      .add("unreadable", static_cast<std::uint64_t>(own.unreadable)));
    const auto& period = own.report.options.period;
    const auto written = [&](Date date) { return casework::written(date, language_of(console)); };
    console.answer("report.heading", {{"party", own.own.text()},
                                      {"from", written(period.from)},
                                      {"to", written(period.to)},
                                      {"as_of", written(own.report.options.as_of)}});
    for (const auto& row : own.report.rows) {
        if (row.party == own.own) console.answer(row_table(console, row, options.all));
    }
    if (!own.own.is_state()) console.answer(party_table(console, own));
    if (own.confidential > 0) {
        console.answer("report.confidential", {{"count", static_cast<std::int64_t>(own.confidential)}});
    }
    if (own.unreadable > 0) {
        console.warn("report.unreadable", {{"count", static_cast<std::int64_t>(own.unreadable)}});
    }
    for (const auto& file : {options.csv, options.facts}) {
        if (!file.empty()) console.note("report.written", {{"file", file}});
    }
    return own.unreadable == 0 ? ExitCode::ok : ExitCode::attention;
}

}  // namespace

void add_report_verbs(Verbs& verbs) {
    const auto given = std::make_shared<Options>();
    auto& app = verbs.verb(verbs.root(), "report", [given](Program& program) { return report(program, *given); });
    verbs.option(app, "--from", given->from, "DATE");
    verbs.option(app, "--to", given->to, "DATE");
    verbs.option(app, "--as-of", given->as_of, "DATE");
    verbs.option(app, "--hide-below", given->hide_below, "NUMBER");
    verbs.option(app, "--csv", given->csv, "FILE");
    verbs.option(app, "--facts", given->facts, "FILE");
    verbs.flag(app, "--all", given->all);
    add_report_row_verbs(verbs, app);
}

}  // namespace rogatory::cli
