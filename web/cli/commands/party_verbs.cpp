// Whose key is it: party, sheet.
#include "platform/agent/parties.hpp"
#include "platform/agent/succession.hpp"

#include "platform/base/try.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/console/qr.hpp"
#include "web/cli/console/terminal.hpp"
#include "web/cli/program/kit.hpp"

#include <unistd.h>

namespace rogatory::cli {
namespace {

std::string pinned_text(const Console& console, const agent::PartyView& party) {
    if (!party.problem.empty()) return console.text("party.problem");
    if (!party.succeeded_by.empty()) return console.text("party.succeeded");
    return word(console, "pinned", party.pinned.empty() ? "not" : party.pinned);
}

// In words an official understands, with what he needs to check it by another way.
void tell_founded_anew(const Console& console, const agent::PartyView& party) {
    console.warn("party.founded_anew", {{"code", party.code}, {"note", printable(party.note_verbale)}});
}

Result<ExitCode> succession(Program& program, const std::string& code, const std::string& to) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto view, agent::succession(agent, code, to));
    std::vector<Json> rows;
    Table table{{{console.text("column.dossier")},
                 {console.text("column.title"), Narrow::cut},
                 {console.text("column.entries")},
                 {console.text("column.again"), Narrow::wrap}}};
    for (const auto& one : view.dossiers) {
        std::string again = one.problem.empty() ? console.text("party.again_yes") : std::string{};
        if (!one.problem.empty()) again = problem_text(console, "error", one.problem);
        std::string owners;
        for (const auto& owner : one.consents_of) owners += (owners.empty() ? "" : ", ") + owner;
        if (!owners.empty()) again = console.text("party.again_after", {{"owners", owners}});
        rows.push_back(Json{}
                           .add("dossier", hex_text(one.chain))
                           .add("title", one.title)
                           .add("entries", static_cast<std::uint64_t>(one.entries))
                           .add("may_grant", one.may_grant)
                           .add("consents_of", Json::array(one.consents_of))
                           .add("problem", one.problem));
        table.row({short_hex(one.chain), one.title, std::to_string(one.entries), again});
    }
    Json json;
    json.add("code", view.code).add("old_fingerprint", view.old_fingerprint);
    json.add("new_fingerprint", view.new_fingerprint).add("note_verbale", view.note_verbale);
    console.print(json.add("pinned", view.pinned).add("items", Json::array(rows)));
    console.answer("party.founded_anew", {{"code", view.code}, {"note", printable(view.note_verbale)}});
    console.answer_line(console.text("party.old_fingerprint", {{"digits", view.old_fingerprint}}), 2);
    console.answer_line(console.text("party.new_fingerprint", {{"digits", view.new_fingerprint}}), 2);
    console.answer(table);
    if (view.pinned && !view.dossiers.empty()) console.answer("party.grant_again", {{"code", view.code}});
    return ExitCode::ok;
}

Result<ExitCode> list(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto parties, agent::list_parties(agent));
    std::vector<Json> rows;
    Table table{{{console.text("column.code")},
                 {console.text("column.name"), Narrow::wrap},
                 {console.text("column.key"), Narrow::wrap},
                 {console.text("column.authorities"), Narrow::wrap}}};
    bool broken = false;
    for (const auto& one : parties) {
        rows.push_back(party_json(one));
        std::string authorities;
        for (const auto& authority : one.authorities) authorities += (authorities.empty() ? "" : ", ") + authority.name;
        table.row({one.code, one.name, pinned_text(console, one), authorities});
        broken = broken || !one.problem.empty();
    }
    console.print(Json{}.add("items", Json::array(rows)));
    console.answer(table);
    for (const auto& one : parties) {
        if (!one.succeeds.empty() && one.pinned.empty() && one.problem.empty()) tell_founded_anew(console, one);
        if (!one.problem.empty())
            console.warn("party.problem_with",
                         {{"code", printable(one.code)}, {"problem", problem_text(console, "error", one.problem)}});
    }
    return broken ? ExitCode::integrity : ExitCode::ok;
}

Result<ExitCode> show(Program& program, const std::string& code) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto party, agent::show_party(agent, code));
    console.print(party_json(party));
    console.answer_line(printable(party.code) + " – " + printable(party.name), 0);
    console.answer_line(pinned_text(console, party), 2);
    if (!party.fingerprint.empty()) {
        console.answer_line(console.text("party.fingerprint"), 2);
        console.answer_line(party.fingerprint, 4);
    }
    Table table{{{""}, {"", Narrow::wrap}, {"", Narrow::wrap}, {""}}};
    for (const auto& one : party.authorities) {
        table.row({" ", one.name, word(console, "kind", one.kind), one.live ? "" : console.text("authority.not_live")});
    }
    console.answer(table);
    if (!party.succeeds.empty() && party.pinned.empty()) tell_founded_anew(console, party);
    if (party.pinned.empty() && !party.fingerprint.empty()) console.note("party.how_to_pin", {{"code", party.code}});
    if (!party.problem.empty()) {
        console.warn("party.problem_with",
                     {{"code", party.code}, {"problem", problem_text(console, "error", party.problem)}});
        return ExitCode::integrity;
    }
    return ExitCode::ok;
}

struct PinOptions {
    std::string code;
    std::string fingerprint;
    std::filesystem::path sheet;
};

Result<ExitCode> pin(Program& program, const PinOptions& options) {
    const auto& console = program.console();
    if (options.sheet.empty() == (options.code.empty() && options.fingerprint.empty()))
        return fail(Error{ErrorCode::invalid_input, "usage.pin"});
    ROGATORY_TRY(auto agent, program.agent());
    if (!options.sheet.empty()) {
        ROGATORY_TRY(const auto sheet, read_text_file(options.sheet));
        ROGATORY_TRY(const auto codes, agent::pin_by_sheet(agent, sheet));
        console.print(Json{}.add("pinned", Json::array(codes)));
        std::string all;
        for (const auto& code : codes) all += (all.empty() ? "" : ", ") + code;
        console.answer(codes.empty() ? "party.pinned_none" : "party.pinned",
                       {{"codes", all}, {"count", static_cast<std::int64_t>(codes.size())}});
        return ExitCode::ok;
    }
    if (options.code.empty() || options.fingerprint.empty()) return fail(Error{ErrorCode::invalid_input, "usage.pin"});
    ROGATORY_TRY_VOID(agent::pin_by_fingerprint(agent, options.code, options.fingerprint));
    console.print(Json{}.add("pinned", Json::array(std::vector<std::string>{options.code})));
    console.answer("party.pinned", {{"codes", options.code}, {"count", std::int64_t{1}}});
    return ExitCode::ok;
}

Result<ExitCode> unpin(Program& program, const std::string& code) {
    ROGATORY_TRY(const auto yes, program.confirmed("party.unpin_sure", {{"code", code}}));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY_VOID(agent::unpin(agent, code));
    program.console().print(Json{}.add("unpinned", code));
    program.console().answer("party.unpinned", {{"code", code}});
    return ExitCode::ok;
}

struct SheetOptions {
    std::filesystem::path file;
    std::vector<std::string> parties;
};

Result<ExitCode> make_sheet(Program& program, const SheetOptions& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto sheet, agent::make_sheet(agent, options.parties));
    ROGATORY_TRY_VOID(write_public_file(options.file, sheet));
    console.print(Json{}.add("sheet", options.file.string()));
    console.answer("sheet.made", {{"file", options.file.string()}});
    return ExitCode::ok;
}

Result<ExitCode> show_sheet(Program& program, const SheetOptions& options) {
    const auto& console = program.console();
    ROGATORY_TRY(const auto text, read_text_file(options.file));
    ROGATORY_TRY(const auto sheet, agent::read_sheet(text));
    Json json;
    std::vector<Json> parties;
    for (const auto& [code, digits] : sheet.parties)
        parties.push_back(Json{}.add("code", code).add("fingerprint", digits));
    json.add("server", sheet.server)
        .add("registry_fingerprint", sheet.registry_fingerprint)
        .add("policy", sheet.policy)
        .add("date", sheet.date);
    console.print(json.add("parties", Json::array(parties)));
    const auto day = parse_date(sheet.date);
    // Noon: the same day in every time zone but two.
    console.answer("sheet.head",
                   {{"date", day ? format_date(console.language(), *day - kDay / 2) : printable(sheet.date)}});
    console.answer_line(console.text("sheet.server", {{"server", sheet.server}}), 2);
    if (sheet.registry_fingerprint.empty()) {
        console.answer_line(console.text("sheet.no_registry"), 2);
    } else {
        console.answer_line(console.text("sheet.registry"), 2);
        console.answer_line(sheet.registry_fingerprint, 4);
    }
    console.answer_line(
        console.text(sheet.policy.find("quorum none") != std::string::npos ? "sheet.policy_none" : "sheet.policy"), 2);
    std::string_view rest{sheet.policy};
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        if (!rest.substr(0, end).empty()) console.answer_text("    " + printable(rest.substr(0, end)));
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    Table table{{{""}, {""}, {""}}};
    for (const auto& [code, digits] : sheet.parties) table.row({" ", code, digits});
    console.answer(table);
    if (is_terminal(STDOUT_FILENO)) {
        if (const auto code = draw_qr(text, QrFor::terminal)) console.answer_text(*code);
    }
    return ExitCode::ok;
}

}  // namespace

void add_party_verbs(Verbs& verbs) {
    auto& party = verbs.noun(verbs.root(), "party");
    verbs.verb(party, "list", list);
    const auto code = std::make_shared<std::string>();
    verbs
        .option(verbs.verb(party, "show", [code](Program& program) { return show(program, *code); }), "code", *code,
                "CODE")
        ->required();
    const auto given = std::make_shared<PinOptions>();
    auto& pinning = verbs.verb(party, "pin", [given](Program& program) { return pin(program, *given); });
    verbs.option(pinning, "code", given->code, "CODE");
    verbs.option(pinning, "--fingerprint", given->fingerprint, "DIGITS");
    verbs.option(pinning, "--sheet", given->sheet, "FILE");
    verbs
        .option(verbs.verb(party, "unpin", [code](Program& program) { return unpin(program, *code); }), "code", *code,
                "CODE")
        ->required();

    const auto to = std::make_shared<std::string>();
    auto& following =
        verbs.verb(party, "succession", [code, to](Program& program) { return succession(program, *code, *to); });
    verbs.option(following, "code", *code, "CODE")->required();
    verbs.option(following, "--to", *to, "PARTY/AUTHORITY");

    auto& sheet = verbs.noun(verbs.root(), "sheet");
    const auto options = std::make_shared<SheetOptions>();
    auto& making = verbs.verb(sheet, "make", [options](Program& program) { return make_sheet(program, *options); });
    verbs.option(making, "--out", options->file, "FILE")->required();
    verbs.option(making, "--parties", options->parties, "CODE");
    verbs
        .option(verbs.verb(sheet, "show", [options](Program& program) { return show_sheet(program, *options); }),
                "file", options->file, "FILE")
        ->required();
}

}  // namespace rogatory::cli
