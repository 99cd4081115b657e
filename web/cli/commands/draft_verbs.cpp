// draft: kept for the whole authority, and what was left unfinished here.
#include "platform/agent/kept_drafts.hpp"
#include "platform/base/try.hpp"
#include "web/cli/commands/policy_options.hpp"
#include "web/cli/commands/reconfirm.hpp"
#include "web/cli/commands/sent.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/source_files.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

struct KeepOptions {
    std::string of;
    std::vector<std::string> files;
    std::vector<std::string> without;
    std::vector<std::string> to;
    std::optional<std::string> title;
    std::optional<std::string> message;
    std::string name;
    bool together = false;
    bool separate = false;
    PolicyOptions policy;
};

std::string to_text(const agent::DraftRecipient& to) {
    if (!to.authority) return to.party_code;
    return to.party_code + "/" + (to.authority_name.empty() ? short_hex(*to.authority) : printable(to.authority_name));
}

std::vector<std::string> to_texts(const agent::KeptDraft& draft) {
    std::vector<std::string> texts;
    for (const auto& to : draft.to) texts.push_back(to_text(to));
    return texts;
}

Json kept_json(const agent::KeptDraft& draft) {
    Json out;
    out.add("draft", hex_text(draft.version.chain).substr(0, 12))
        .add("dossier", hex_text(draft.version.chain))
        .add("stage", "kept")
        .add("version", draft.version.seq)
        .add("at", draft.at)
        .add("author_name", draft.author)
        .add("approved_by", Json::array(draft.approved_by))
        .add("read", draft.read)
        .add("newer", draft.newer);
    if (!draft.problem.empty()) out.add("problem", draft.problem);
    std::vector<Json> to;
    for (const auto& each : draft.to) {
        Json one;
        one.add("party", each.party_code);
        if (each.authority) one.add("authority_id", hex_text(*each.authority)).add("authority", each.authority_name);
        to.push_back(one);
    }
    std::vector<Json> files;
    for (const auto& file : draft.files) {
        files.push_back(Json{}
                            .add("attachment", hex_text(file.attachment))
                            .add("seq", file.seq)
                            .add("name", file.name)
                            .add("type", file.type)
                            .add("size", file.size));
    }
    out.add("to", Json::array(to)).add("files", Json::array(files));
    if (!draft.read) return out;
    return out.add("title", draft.title)
        .add("message", draft.message)
        .add("together", draft.together)
        .add("policy", policy_json(draft.policy))
        .add("files_gone", static_cast<std::uint64_t>(draft.files_gone));
}

// What a person should know of it before anything else.
std::string remark(const Console& console, const agent::KeptDraft& draft) {
    if (!draft.problem.empty()) return problem_text(console, "error", draft.problem);
    if (!draft.read) return console.text("draft.unread");
    return draft.newer ? console.text("draft.newer") : "";
}

void show_kept(const Console& console, const agent::KeptDraft& draft) {
    const auto title = draft.title.empty() ? console.text("dossier.untitled") : printable(draft.title);
    console.answer("draft.head", {{"draft", short_hex(draft.version.chain)}, {"title", title}});
    console.answer_line(console.text("draft.kept_by", {{"who", printable(draft.author.empty() ? "–" : draft.author)},
                                                       {"when", format_time(console.language(), draft.at)}}),
                        2);
    if (const auto text = remark(console, draft); !text.empty()) console.answer_line(text, 2);
    if (!draft.read) return;
    console.answer_line(draft.approved_by.empty()
                            ? console.text("draft.not_approved")
                            : console.text("draft.approved_by", {{"who", printable(joined(draft.approved_by))}}),
                        2);
    const auto to = to_texts(draft);
    console.answer_line(to.empty() ? console.text("draft.to_nobody") : console.text("draft.to", {{"to", joined(to)}}),
                        2);
    if (to.size() > 1) console.answer_line(console.text(draft.together ? "draft.together" : "draft.separate"), 2);
    for (const auto& line : policy_lines(console, draft.policy)) console.answer_line(line, 2);
    std::string_view rest{draft.message};
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        console.answer_line(printable(rest.substr(0, end)), 4);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    Table files{{{""}, {"", Narrow::cut}, {"", Narrow::keep, Align::right}}};
    for (const auto& file : draft.files) files.row({"   ", file.name, format_bytes(console.language(), file.size)});
    console.answer(files);
    if (draft.files_gone > 0)
        console.answer("draft.files_gone", {{"count", static_cast<std::int64_t>(draft.files_gone)}});
}

Result<ExitCode> list(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto unfinished, agent::drafts(agent));
    ROGATORY_TRY(const auto kept, agent::kept_drafts(agent, agent::Open::no));
    std::vector<Json> items;
    Table table{{{console.text("column.draft")},
                 {console.text("column.state"), Narrow::wrap},
                 {console.text("column.since")},
                 {console.text("column.to"), Narrow::cut},
                 {console.text("column.title"), Narrow::cut}}};
    for (const auto& one : kept) {
        items.push_back(kept_json(one));
        const auto text = remark(console, one);
        table.row({short_hex(one.version.chain), word(console, "stage", "kept"),
                   format_time(console.language(), one.at), joined(to_texts(one)),
                   text.empty()        ? one.title
                   : one.title.empty() ? text
                                       : one.title + " · " + text});
    }
    for (const auto& one : unfinished) {
        items.push_back(Json{}
                            .add("draft", one.name)
                            .add("dossier", hex_text(one.chain))
                            .add("stage", one.stage)
                            .add("at", one.at)
                            .add("to", Json::array(one.to))
                            .add("keeps", one.keeps));
        table.row({one.name, word(console, "stage", one.stage), format_time(console.language(), one.at), joined(one.to),
                   one.keeps ? console.text("draft.keeps") : ""});
    }
    console.print(Json{}.add("items", Json::array(items)));
    if (items.empty()) console.answer("draft.none");
    console.answer(table);
    return ExitCode::ok;
}

Result<ExitCode> show(Program& program, const std::string& name) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, name));
    ROGATORY_TRY(const auto draft, agent::show_kept_draft(agent, chain, agent::Open::yes));
    program.console().print(kept_json(draft));
    if (!program.console().json()) show_kept(program.console(), draft);
    return draft.problem.empty() ? ExitCode::ok : ExitCode::integrity;
}

// The version that was read here: nobody sends, or writes over, what he has not read.
Result<agent::KeptDraft> as_read(agent::Agent& agent, const std::string& name) {
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, name));
    ROGATORY_TRY(auto draft, agent::show_kept_draft(agent, chain, agent::Open::no));
    if (!draft.read) return fail(Error{ErrorCode::conflict, "draft.unread"}.with("draft", short_hex(chain)));
    return draft;
}

Result<ExitCode> keep(Program& program, const KeepOptions& options) {
    const auto& console = program.console();
    if (options.together && options.separate) return fail(Error{ErrorCode::invalid_input, "usage.together"});
    agent::KeepOrder order;
    ROGATORY_TRY(order.files, source_files(options.files, options.name));
    order.without = options.without;
    if (!options.to.empty()) order.to = options.to;
    order.title = options.title;
    order.message = options.message;
    if (options.policy.any()) {
        ROGATORY_TRY(order.policy, options.policy.order());
    }
    if (options.together || options.separate) order.together = options.together;
    ROGATORY_TRY(auto agent, program.agent());
    if (!options.of.empty()) {
        ROGATORY_TRY(const auto before, as_read(agent, options.of));
        order.of = before.version;
    }
    for (const auto& one : agent.memberships()) {
        if (one.acting) console.note("draft.as", {{"who", one.party_code + "/" + one.authority_name}});
    }
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(const auto kept, agent::keep_draft(agent, order, reconfirm(program)));
    program.observer().finish();
    ROGATORY_TRY(const auto draft, agent::show_kept_draft(agent, kept.chain, agent::Open::yes));
    console.print(kept_json(draft));
    console.answer("draft.kept", {{"draft", short_hex(kept.chain)}});
    return ExitCode::ok;
}

// The visa of a second officer, who has read this very version.
Result<ExitCode> approve(Program& program, const std::string& name) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto draft, as_read(agent, name));
    if (!console.json() && !draft.newer) show_kept(console, draft);
    ROGATORY_TRY(const auto yes, program.confirmed("draft.really_approve"));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ROGATORY_TRY_VOID(agent::approve_kept_draft(agent, draft.version));
    ROGATORY_TRY(const auto approved, agent::show_kept_draft(agent, draft.version.chain, agent::Open::no));
    console.print(kept_json(approved));
    console.answer("draft.approved", {{"draft", short_hex(draft.version.chain)}});
    return ExitCode::ok;
}

Result<ExitCode> send(Program& program, const std::string& name, const std::string& into) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto draft, as_read(agent, name));
    if (!console.json() && !draft.newer) show_kept(console, draft);
    ROGATORY_TRY(const auto yes, program.confirmed("draft.really_send"));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ConsoleObserver::heed_interrupts();
    std::optional<agent::Hash> file;
    if (!into.empty()) {
        ROGATORY_TRY(file, agent::find_dossier(agent, into));
    }
    ROGATORY_TRY(const auto sent, agent::send_kept_draft(agent, draft.version, file));
    return tell_sent(program, sent);
}

Result<ExitCode> discard(Program& program, const std::string& name) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_dossier(agent, name));
    ROGATORY_TRY(const auto yes, program.confirmed("draft.really_discard", {{"draft", short_hex(chain)}}));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ROGATORY_TRY_VOID(agent::discard_kept_draft(agent, chain));
    program.console().print(Json{}.add("discarded", hex_text(chain)));
    program.console().answer("draft.discarded", {{"draft", short_hex(chain)}});
    return ExitCode::ok;
}

Result<ExitCode> resume(Program& program, const std::string& name) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto unfinished, agent::drafts(agent));
    bool keeps = false;
    for (const auto& one : unfinished) keeps = keeps || (one.name == name && one.keeps);
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(auto sent, agent::resume_draft(agent, name, reconfirm(program)));
    if (!keeps) return tell_sent(program, {std::move(sent)});
    program.observer().finish();
    ROGATORY_TRY(const auto draft, agent::show_kept_draft(agent, sent.chain, agent::Open::yes));
    program.console().print(kept_json(draft));
    program.console().answer("draft.kept", {{"draft", short_hex(sent.chain)}});
    return ExitCode::ok;
}

Result<ExitCode> drop(Program& program, const std::string& name) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY_VOID(agent::drop_draft(agent, name));
    program.console().print(Json{}.add("dropped", name));
    program.console().answer("draft.dropped");
    return ExitCode::ok;
}

}  // namespace

void add_draft_verbs(Verbs& verbs) {
    auto& draft = verbs.noun(verbs.root(), "draft");
    const auto given = std::make_shared<KeepOptions>();
    auto& keeping = verbs.verb(draft, "keep", [given](Program& program) { return keep(program, *given); });
    verbs.option(keeping, "files", given->files, "FILE");
    verbs.option(keeping, "--of", given->of, "DRAFT");
    verbs.option(keeping, "--without", given->without, "NAME")->expected(1)->take_all();
    verbs.option(keeping, "--to", given->to, "PARTY[/AUTHORITY]")->expected(1)->take_all();
    verbs.option(keeping, "--title", given->title, "TEXT");
    verbs.option(keeping, "--message", given->message, "TEXT");
    verbs.option(keeping, "--name", given->name, "NAME");
    policy_options(verbs, keeping, given->policy);
    verbs.flag(keeping, "--together", given->together);
    verbs.flag(keeping, "--separate", given->separate);

    verbs.verb(draft, "list", list);
    const auto name = std::make_shared<std::string>();
    using Act = Result<ExitCode> (*)(Program&, const std::string&);
    const auto named = [&verbs, &draft, name](const char* verb, Act act) {
        verbs
            .option(verbs.verb(draft, verb, [name, act](Program& program) { return act(program, *name); }), "draft",
                    *name, "DRAFT")
            ->required();
    };
    named("show", show);
    named("approve", approve);
    const auto into = std::make_shared<std::string>();
    auto& sending = verbs.verb(draft, "send", [name, into](Program& program) { return send(program, *name, *into); });
    verbs.option(sending, "draft", *name, "DRAFT")->required();
    verbs.option(sending, "--in", *into, "DOSSIER");
    named("discard", discard);
    named("resume", resume);
    named("drop", drop);
}

}  // namespace rogatory::cli
