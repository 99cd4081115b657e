// What one has: dossier, get, verify, receipts, log.
#include "platform/base/try.hpp"
#include "web/cli/commands/examiner.hpp"
#include "web/cli/commands/got.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

using DossierAct = Result<> (*)(agent::Agent&, const agent::Hash&);

Result<ExitCode> list(Program& program, bool unread) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto dossiers, agent::list_dossiers(agent, unread));
    std::vector<Json> items;
    Table table{{{console.text("column.dossier")},
                 {console.text("column.last")},
                 {console.text("column.from"), Narrow::cut},
                 {console.text("column.title"), Narrow::cut},
                 {console.text("column.unread"), Narrow::keep, Align::right}}};
    bool broken = false;
    for (const auto& one : dossiers) {
        items.push_back(dossier_json(one));
        const auto title = one.state == "open" || one.state == "closed"
                               ? (one.title.empty() ? console.text("dossier.untitled") : one.title)
                               : word(console, "dossier_state", one.state);
        table.row({short_hex(one.chain), format_date(console.language(), one.last_at),
                   authority_text(console, one.opener), title, one.unread == 0 ? "" : std::to_string(one.unread)});
        broken = broken || one.state == "broken";
    }
    console.print(Json{}.add("items", Json::array(items)));
    if (dossiers.empty()) console.answer(unread ? "dossier.none_unread" : "dossier.none");
    console.answer(table);
    return broken ? ExitCode::integrity : ExitCode::ok;
}

Result<ExitCode> show(Program& program, const std::string& name) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, name));
    ROGATORY_TRY(const auto dossier, agent::show_dossier(agent, chain));
    program.console().print(dossier_json(dossier));
    if (!program.console().json()) show_dossier_text(program.console(), dossier);
    return dossier.state == "broken" ? ExitCode::integrity : ExitCode::ok;
}

Result<ExitCode> act(Program& program, const std::string& name, DossierAct what, const char* done_key,
                     const char* json_name) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, name));
    ROGATORY_TRY_VOID(what(agent, chain));
    program.console().print(Json{}.add("dossier", hex_text(chain)).add("state", json_name));
    program.console().answer(done_key, {{"dossier", short_hex(chain)}});
    return ExitCode::ok;
}

struct GetOptions {
    std::string dossier;
    std::optional<std::uint64_t> entry;
    std::filesystem::path out = ".";
    bool overwrite = false;
    std::optional<std::string> after;
};

// Where a restriction is in force, it is said before anything is opened.
Result<> acknowledge_restrictions(Program& program, agent::Agent& agent, const agent::Hash& chain) {
    ROGATORY_TRY(const auto dossier, agent::show_dossier(agent, chain));
    if (!restricts(dossier.policy)) return {};
    program.console().note("get.restricted");
    for (const auto& line : policy_lines(program.console(), dossier.policy))
        program.console().note("get.restriction_line", {{"text", line}});
    ROGATORY_TRY(const auto yes, program.confirmed("get.go_on"));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    return {};
}

Result<ExitCode> get(Program& program, const GetOptions& options) {
    ROGATORY_TRY(auto examine, examiner(program, options.after));
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, options.dossier));
    ROGATORY_TRY_VOID(acknowledge_restrictions(program, agent, chain));
    ConsoleObserver::heed_interrupts();
    agent::GetOrder order;
    order.chain = chain;
    order.seq = options.entry;
    order.directory = options.out;
    order.overwrite = options.overwrite;
    order.examine = std::move(examine);
    ROGATORY_TRY(const auto got, agent::get(agent, order));
    return tell_got(program, chain, got);
}

Result<ExitCode> verify(Program& program, const std::string& name) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, name));
    ROGATORY_TRY(const auto verified, agent::verify_dossier(agent, chain));
    Json json;
    json.add("dossier", hex_text(chain))
        .add("statements", verified.statements)
        .add("void_statements", verified.void_statements);
    json.add("grants", verified.grants).add("entries", verified.entries).add("log_size", verified.log_size);
    console.print(json.add("problems", Json::array(verified.problems)));
    const auto count = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    console.answer("verify.facts", {{"statements", count(verified.statements)},
                                    {"entries", count(verified.entries)},
                                    {"grants", count(verified.grants)},
                                    {"log", count(verified.log_size)}});
    if (verified.void_statements > 0) console.answer("verify.void", {{"count", count(verified.void_statements)}});
    for (const auto& problem : verified.problems)
        console.warn("verify.problem", {{"problem", problem_text(console, "error", problem)}});
    console.answer(verified.problems.empty() ? "verify.good" : "verify.bad");
    return verified.problems.empty() ? ExitCode::ok : ExitCode::integrity;
}

Result<ExitCode> receipts(Program& program, const std::string& name) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, name));
    ROGATORY_TRY(const auto rows, agent::receipts(agent, chain));
    std::vector<Json> items;
    Table table{{{console.text("column.when")},
                 {console.text("column.authority"), Narrow::wrap},
                 {console.text("column.member"), Narrow::cut},
                 {console.text("column.entry"), Narrow::keep, Align::right},
                 {console.text("column.what")}}};
    for (const auto& one : rows) {
        Json item;
        item.add("party", one.authority.party_code)
            .add("authority", one.authority.authority_name)
            .add("member", hex_text(one.member))
            .add("member_name", one.member_name);
        items.push_back(item.add("kind", one.kind).add("entry", one.entry_seq).add("at", one.at));
        table.row({format_time(console.language(), one.at), authority_text(console, one.authority), one.member_name,
                   std::to_string(one.entry_seq), word(console, "receipt", one.kind)});
    }
    console.print(Json{}.add("items", Json::array(items)));
    if (rows.empty()) console.answer("receipt.none");
    console.answer(table);
    return ExitCode::ok;
}

}  // namespace

CLI::App& add_dossier_verbs(Verbs& verbs) {
    auto& dossier = verbs.noun(verbs.root(), "dossier");
    const auto unread = std::make_shared<bool>(false);
    verbs.flag(verbs.verb(dossier, "list", [unread](Program& program) { return list(program, *unread); }), "--unread",
               *unread);
    const auto name = std::make_shared<std::string>();
    const auto named = [&verbs, name](CLI::App& app) { verbs.option(app, "dossier", *name, "DOSSIER")->required(); };
    named(verbs.verb(dossier, "show", [name](Program& program) { return show(program, *name); }));
    named(verbs.verb(dossier, "close", [name](Program& program) {
        return act(program, *name, agent::close_dossier, "dossier.closed", "closed");
    }));
    named(verbs.verb(dossier, "reopen", [name](Program& program) {
        return act(program, *name, agent::reopen_dossier, "dossier.reopened", "open");
    }));

    const auto given = std::make_shared<GetOptions>();
    auto& getting = verbs.verb(verbs.root(), "get", [given](Program& program) { return get(program, *given); });
    verbs.option(getting, "dossier", given->dossier, "DOSSIER")->required();
    verbs.option(getting, "entry", given->entry, "ENTRY");
    verbs.option(getting, "--out", given->out, "FOLDER");
    verbs.flag(getting, "--overwrite", given->overwrite);
    verbs.option(getting, "--after", given->after, "COMMAND")->envname(kAfterVariable);
    // Not required by the parser: `verify bundle` has none.
    auto& verifying = verbs.verb(verbs.root(), "verify", [name](Program& program) -> Result<ExitCode> {
        if (name->empty()) return fail(Error{ErrorCode::invalid_input, "usage.required"}.with("what", "DOSSIER"));
        return verify(program, *name);
    });
    verbs.option(verifying, "dossier", *name, "DOSSIER");
    named(verbs.verb(verbs.root(), "receipts", [name](Program& program) { return receipts(program, *name); }));
    return verifying;
}

}  // namespace rogatory::cli
