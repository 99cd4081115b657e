// send, add, draft.
#include "platform/base/try.hpp"
#include "web/cli/commands/policy_options.hpp"
#include "web/cli/commands/reconfirm.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/source_files.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/console/prompt.hpp"

namespace rogatory::cli {
namespace {

struct SendOptions {
    std::string dossier;
    std::vector<std::string> files;
    std::vector<std::string> to;
    std::string title;
    std::string message;
    std::string name;
    bool together = false;
    bool separate = false;
    PolicyOptions policy;
};

Json sent_json(const agent::Sent& sent) {
    std::vector<Json> files;
    for (const auto& file : sent.files) {
        files.push_back(Json{}
                            .add("attachment", hex_text(file.attachment))
                            .add("name", file.name)
                            .add("size", file.size)
                            .add("sha256", hex_text(file.sha256)));
    }
    Json out;
    out.add("dossier", hex_text(sent.chain))
        .add("seq", sent.seq)
        .add("entry", hex_text(sent.entry))
        .add("index", sent.index);
    return out.add("to", Json::array(sent.to)).add("files", Json::array(files)).add("counting", sent.counting);
}

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& text : texts) out += (out.empty() ? "" : ", ") + text;
    return out;
}

ExitCode tell(Program& program, const std::vector<agent::Sent>& sent) {
    const auto& console = program.console();
    program.observer().finish();
    std::vector<Json> items;
    bool pending = false;
    for (const auto& one : sent) {
        items.push_back(sent_json(one));
        console.answer("send.done", {{"dossier", short_hex(one.chain)},
                                     {"to", joined(one.to)},
                                     {"files", static_cast<std::int64_t>(one.files.size())}});
        Table files{{{""}, {"", Narrow::cut}, {"", Narrow::keep, Align::right}}};
        for (const auto& file : one.files) files.row({" ", file.name, format_bytes(console.language(), file.size)});
        console.answer(files);
        pending = pending || !one.counting;
    }
    console.print(Json{}.add("event", "sent").add("items", Json::array(items)));
    if (pending) console.note("send.pending");
    return ExitCode::ok;
}

Result<ExitCode> send(Program& program, const SendOptions& options) {
    if (options.together && options.separate) return fail(Error{ErrorCode::invalid_input, "usage.together"});
    ROGATORY_TRY(auto files, source_files(options.files, options.name));
    ROGATORY_TRY(auto policy, options.policy.order());
    ROGATORY_TRY(auto agent, program.agent());
    if (options.to.size() > 1 && !options.together)
        program.console().note("send.separately", {{"count", static_cast<std::int64_t>(options.to.size())}});
    for (const auto& one : agent.memberships()) {
        if (one.acting) program.console().note("send.as", {{"who", one.party_code + "/" + one.authority_name}});
    }
    agent::SendOrder order;
    order.files = std::move(files);
    order.to = options.to;
    order.title = options.title;
    order.message = options.message;
    order.policy = std::move(policy);
    order.together = options.together;
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(const auto sent, agent::send(agent, order));
    return tell(program, sent);
}

Result<ExitCode> add(Program& program, const SendOptions& options) {
    ROGATORY_TRY(auto files, source_files(options.files, options.name));
    ROGATORY_TRY(auto agent, program.agent());
    agent::AddOrder order;
    ROGATORY_TRY(order.chain, agent::find_dossier(agent, options.dossier));
    order.files = std::move(files);
    order.title = options.title;
    order.message = options.message;
    if (options.policy.any()) {
        ROGATORY_TRY(order.policy, options.policy.order());
    }
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(auto sent, agent::add_entry(agent, order, reconfirm(program)));
    std::vector<agent::Sent> one;
    one.push_back(std::move(sent));
    return tell(program, one);
}

Result<ExitCode> list_drafts(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto drafts, agent::drafts(agent));
    std::vector<Json> items;
    Table table{{{console.text("column.draft")},
                 {console.text("column.dossier")},
                 {console.text("column.state")},
                 {console.text("column.since")},
                 {console.text("column.to"), Narrow::cut}}};
    for (const auto& one : drafts) {
        items.push_back(Json{}
                            .add("draft", one.name)
                            .add("dossier", hex_text(one.chain))
                            .add("stage", one.stage)
                            .add("at", one.at)
                            .add("to", Json::array(one.to)));
        table.row({one.name, short_hex(one.chain), word(console, "stage", one.stage),
                   format_time(console.language(), one.at), joined(one.to)});
    }
    console.print(Json{}.add("items", Json::array(items)));
    if (drafts.empty()) console.answer("draft.none");
    console.answer(table);
    return ExitCode::ok;
}

Result<ExitCode> resume_draft(Program& program, const std::string& name) {
    ROGATORY_TRY(auto agent, program.agent());
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(auto sent, agent::resume_draft(agent, name, reconfirm(program)));
    std::vector<agent::Sent> one;
    one.push_back(std::move(sent));
    return tell(program, one);
}

Result<ExitCode> drop_draft(Program& program, const std::string& name) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY_VOID(agent::drop_draft(agent, name));
    program.console().print(Json{}.add("dropped", name));
    program.console().answer("draft.dropped");
    return ExitCode::ok;
}

void content_options(Verbs& verbs, CLI::App& app, SendOptions& options) {
    verbs.option(app, "--title", options.title, "TEXT");
    verbs.option(app, "--message", options.message, "TEXT");
    verbs.option(app, "--name", options.name, "NAME");
    policy_options(verbs, app, options.policy);
}

}  // namespace

void add_send_verbs(Verbs& verbs) {
    const auto given = std::make_shared<SendOptions>();
    auto& sending = verbs.verb(verbs.root(), "send", [given](Program& program) { return send(program, *given); });
    verbs.option(sending, "files", given->files, "FILE")->required();
    verbs.option(sending, "--to", given->to, "PARTY[/AUTHORITY]")->required()->expected(1)->take_all();
    content_options(verbs, sending, *given);
    verbs.flag(sending, "--together", given->together);
    verbs.flag(sending, "--separate", given->separate);

    const auto more = std::make_shared<SendOptions>();
    auto& adding = verbs.verb(verbs.root(), "add", [more](Program& program) { return add(program, *more); });
    verbs.option(adding, "dossier", more->dossier, "DOSSIER")->required();
    verbs.option(adding, "files", more->files, "FILE");
    content_options(verbs, adding, *more);

    auto& draft = verbs.noun(verbs.root(), "draft");
    verbs.verb(draft, "list", list_drafts);
    const auto name = std::make_shared<std::string>();
    verbs
        .option(verbs.verb(draft, "resume", [name](Program& program) { return resume_draft(program, *name); }), "draft",
                *name, "DRAFT")
        ->required();
    verbs
        .option(verbs.verb(draft, "drop", [name](Program& program) { return drop_draft(program, *name); }), "draft",
                *name, "DRAFT")
        ->required();
}

}  // namespace rogatory::cli
