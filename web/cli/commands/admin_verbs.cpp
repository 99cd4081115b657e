// The administrator: Parties, accounts, sessions, audit. Never content.
#include "platform/agent/admin.hpp"

#include "crypto/primitives/memory.hpp"
#include "platform/base/try.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/console/prompt.hpp"
#include "web/cli/program/kit.hpp"

namespace rogatory::cli {
namespace {

struct AdminOptions {
    std::string code;
    std::string name;
    std::string reason;
    std::int64_t days = 60;
    bool anew = false;
    bool attention = false;
    bool by_default = false;
    std::uint64_t bytes = 0;
    std::filesystem::path code_out;
};

// An administrator has a session and no keys.
Result<client::HttpsServer*> remote(Program& program) {
    ROGATORY_TRY_VOID(program.unlocked());
    return program.server();
}

Result<ExitCode> create(Program& program, const AdminOptions& options) {
    ROGATORY_TRY(auto* server, remote(program));
    ROGATORY_TRY_VOID(server->create_party(options.code, options.name));
    program.console().print(Json{}.add("created", options.code));
    program.console().answer("admin.party_created", {{"code", options.code}});
    return ExitCode::ok;
}

Json json_of(const client::HttpsServer::BoardRow& one) {
    Json item;
    item.add("code", one.code).add("name", one.name).add("state", one.state).add("stage", one.stage);
    if (one.founded_id) item.add("founded_id", hex_text(*one.founded_id));
    if (!one.waits_for.empty()) item.add("waits_for", one.waits_for);
    if (one.since) item.add("since", *one.since);
    if (one.seen_on) item.add("seen_on", *one.seen_on);
    item.add("recovery", one.recovery)
        .add("authorities", one.authorities)
        .add("authorities_live", one.authorities_live)
        .add("custodians", one.custodians)
        .add("pinned_by", one.pinned_by)
        .add("bytes", one.bytes)
        .add("quota", one.quota)
        .add("own_quota", one.own_quota)
        .add("sessions", one.sessions);
    return item;
}

Result<ExitCode> list(Program& program, const AdminOptions& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto* server, remote(program));
    ROGATORY_TRY(const auto parties, server->board());
    std::vector<Json> items;
    Table table{{{console.text("column.code")},
                 {console.text("column.name"), Narrow::wrap},
                 {console.text("column.state")},
                 {console.text("column.since")},
                 {console.text("column.last_seen")},
                 {console.text("column.recovery"), Narrow::wrap},
                 {console.text("column.space"), Narrow::wrap},
                 {console.text("column.next"), Narrow::wrap}}};
    for (const auto& one : parties) {
        if (options.attention && one.waits_for.empty()) continue;
        items.push_back(json_of(one));
        const auto day = [&](const std::optional<UnixSeconds>& at) {
            return at ? format_date(console.language(), *at) : std::string{};
        };
        table.row({one.code, one.name,
                   one.waits_for.empty() ? word(console, "board_stage", one.stage)
                                         : word(console, "board_wait", one.waits_for),
                   day(one.since), day(one.seen_on), word(console, "board_recovery", one.recovery),
                   format_bytes(console.language(), one.bytes) + " / " + format_bytes(console.language(), one.quota),
                   one.waits_for.empty() ? std::string{} : word(console, "board_next", one.waits_for)});
    }
    console.print(Json{}.add("items", Json::array(items)));
    if (parties.empty()) {
        console.answer("admin.no_party");
    } else if (items.empty()) {
        console.answer("admin.waits_for_nothing");
    }
    console.answer(table);
    return ExitCode::ok;
}

Result<ExitCode> invite(Program& program, const AdminOptions& options) {
    const auto& console = program.console();
    if (options.code_out.empty() && (console.json() || !can_ask()))
        return fail(Error{ErrorCode::invalid_input, "usage.required"}.with("what", "--code-out"));
    if (!options.code_out.empty() && std::filesystem::exists(options.code_out))
        return fail(Error{ErrorCode::conflict, "file.exists"}.with("file", options.code_out.string()));
    ROGATORY_TRY_VOID(program.unlocked());
    ROGATORY_TRY(auto* world, program.environment());
    ROGATORY_TRY(auto made,
                 agent::invite_founder(*world, options.code, options.days,
                                       options.anew ? agent::FoundingKind::anew : agent::FoundingKind::first));
    Json json;
    json.add("party", options.code)
        .add("invitation", hex_text(made.invitation))
        .add("member", hex_text(made.member))
        .add("not_after", made.not_after);
    if (!options.code_out.empty()) {
        ROGATORY_TRY_VOID(write_private_file(options.code_out, made.code + "\n"));
        json.add("code_file", options.code_out.string());
        console.answer("invite.code_written", {{"file", options.code_out.string()}});
    } else {
        console.answer("invite.code", {{"code", made.code}});
    }
    crypto::wipe(made.code);
    console.print(json);
    console.answer("admin.invited",
                   {{"code", options.code}, {"when", format_time(console.language(), made.not_after)}});
    return ExitCode::ok;
}

Result<ExitCode> quota(Program& program, const AdminOptions& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto* server, remote(program));
    const auto bytes = options.by_default ? std::nullopt : std::optional{options.bytes};
    ROGATORY_TRY_VOID(server->set_quota(options.code, bytes));
    Json json;
    json.add("code", options.code);
    if (bytes) json.add("quota", *bytes);
    console.print(json);
    if (bytes) {
        console.answer("admin.quota_set",
                       {{"code", options.code}, {"limit", format_bytes(console.language(), *bytes)}});
    } else {
        console.answer("admin.quota_lifted", {{"code", options.code}});
    }
    return ExitCode::ok;
}

Result<ExitCode> support(Program& program, const AdminOptions& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto* server, remote(program));
    ROGATORY_TRY(const auto refusal, server->support(options.code));
    Json json;
    json.add("cause", refusal.cause).add("at", refusal.at);
    if (!refusal.user_name.empty()) json.add("user", refusal.user_name);
    if (refusal.seconds != 0) json.add("seconds", refusal.seconds);
    console.print(json);
    console.answer("admin.support_at", {{"when", format_time(console.language(), refusal.at)}});
    if (!refusal.user_name.empty()) console.answer("admin.support_user", {{"user", printable(refusal.user_name)}});
    console.answer("word.support_cause." + refusal.cause);
    if (refusal.seconds != 0) {
        console.answer("admin.support_clock", {{"minutes", std::abs(refusal.seconds) / 60}});
    }
    console.answer("word.support_next." + refusal.cause);
    return ExitCode::ok;
}

Result<ExitCode> suspend_party(Program& program, const AdminOptions& options) {
    ROGATORY_TRY(const auto yes, program.confirmed("admin.suspend_sure", {{"name", options.code}}));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ROGATORY_TRY(auto* server, remote(program));
    ROGATORY_TRY_VOID(server->suspend_party(options.code, options.reason));
    program.console().print(Json{}.add("suspended", options.code));
    program.console().answer("admin.suspended", {{"name", options.code}});
    return ExitCode::ok;
}

Result<ExitCode> resume_party(Program& program, const AdminOptions& options) {
    ROGATORY_TRY(auto* server, remote(program));
    ROGATORY_TRY_VOID(server->resume_party(options.code, options.reason));
    program.console().print(Json{}.add("resumed", options.code));
    program.console().answer("admin.resumed", {{"name", options.code}});
    return ExitCode::ok;
}

Result<ExitCode> suspend_account(Program& program, const AdminOptions& options) {
    ROGATORY_TRY(auto* server, remote(program));
    ROGATORY_TRY_VOID(server->suspend_account(options.name, options.reason));
    program.console().print(Json{}.add("suspended", options.name));
    program.console().answer("admin.suspended", {{"name", options.name}});
    return ExitCode::ok;
}

Result<ExitCode> resume_account(Program& program, const AdminOptions& options) {
    ROGATORY_TRY(auto* server, remote(program));
    ROGATORY_TRY_VOID(server->resume_account(options.name, options.reason));
    program.console().print(Json{}.add("resumed", options.name));
    program.console().answer("admin.resumed", {{"name", options.name}});
    return ExitCode::ok;
}

Result<ExitCode> sessions(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto* server, remote(program));
    ROGATORY_TRY(const auto rows, server->admin_sessions());
    std::vector<Json> items;
    Table table{{{console.text("column.session")},
                 {console.text("column.user"), Narrow::wrap},
                 {console.text("column.scope")},
                 {console.text("column.last_seen")}}};
    for (const auto& one : rows) {
        items.push_back(Json{}
                            .add("id", one.id)
                            .add("user", one.user_name)
                            .add("scope", one.scope)
                            .add("created_at", one.created_at)
                            .add("last_seen_at", one.last_seen_at));
        table.row({one.id.substr(0, 12), one.user_name, word(console, "scope", one.scope),
                   format_time(console.language(), one.last_seen_at)});
    }
    console.print(Json{}.add("items", Json::array(items)));
    console.answer(table);
    return ExitCode::ok;
}

Result<ExitCode> end_session(Program& program, const std::string& id) {
    ROGATORY_TRY(auto* server, remote(program));
    ROGATORY_TRY(const auto rows, server->admin_sessions());
    const auto at =
        std::ranges::find_if(rows, [&](const auto& one) { return id.size() >= 6 && one.id.starts_with(id); });
    if (at == rows.end()) return fail(ErrorCode::not_found, "session.unknown");
    ROGATORY_TRY_VOID(server->admin_end_session(at->id));
    program.console().print(Json{}.add("ended", at->id));
    program.console().answer("session.ended");
    return ExitCode::ok;
}

Result<ExitCode> audit(Program& program, std::int64_t most) {
    const auto& console = program.console();
    ROGATORY_TRY(auto* server, remote(program));
    std::vector<Json> items;
    Table table{{{console.text("column.number"), Narrow::keep, Align::right},
                 {console.text("column.when")},
                 {console.text("column.actor"), Narrow::wrap},
                 {console.text("column.act")},
                 {console.text("column.about"), Narrow::wrap},
                 {console.text("column.outcome")}}};
    std::string cursor;
    do {
        ROGATORY_TRY(const auto page, server->audit(cursor));
        for (const auto& one : page.items) {
            if (static_cast<std::int64_t>(items.size()) >= most) break;
            items.push_back(Json{}
                                .add("number", one.number)
                                .add("at", one.at)
                                .add("actor", one.actor)
                                .add("action", one.action)
                                .add("subject", one.subject)
                                .add("outcome", one.outcome));
            table.row({std::to_string(one.number), format_time(console.language(), one.at), one.actor, one.action,
                       one.subject, one.outcome});
        }
        if (page.next_cursor && *page.next_cursor == cursor) break;
        cursor = page.next_cursor.value_or("");
    } while (!cursor.empty() && static_cast<std::int64_t>(items.size()) < most);
    console.print(Json{}.add("items", Json::array(items)));
    console.answer(table);
    return ExitCode::ok;
}

Result<ExitCode> counts(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto* server, remote(program));
    ROGATORY_TRY(const auto all, server->counts());
    Json json;
    Table table{{{""}, {"", Narrow::keep, Align::right}}};
    for (const auto& [name, value] : all.values) {
        json.add(name, value);
        table.row({word(console, "count", name), std::to_string(value)});
    }
    console.print(json);
    console.answer(table);
    return ExitCode::ok;
}

using Verb = Result<ExitCode> (*)(Program&, const AdminOptions&);

std::pair<CLI::App*, std::shared_ptr<AdminOptions>> admin_verb(Verbs& verbs, CLI::App& parent, const char* name,
                                                               Verb run) {
    const auto given = std::make_shared<AdminOptions>();
    return {&verbs.verb(parent, name, [given, run](Program& program) { return run(program, *given); }), given};
}

}  // namespace

void add_admin_verbs(Verbs& verbs) {
    auto& admin = verbs.noun(verbs.root(), "admin");
    auto& party = verbs.noun(admin, "party");
    const auto creating = admin_verb(verbs, party, "create", create);
    verbs.option(*creating.first, "code", creating.second->code, "CODE")->required();
    verbs.option(*creating.first, "--name", creating.second->name, "NAME")->required();
    const auto listing = admin_verb(verbs, party, "list", list);
    verbs.flag(*listing.first, "--attention", listing.second->attention);
    const auto limiting = admin_verb(verbs, party, "quota", quota);
    verbs.option(*limiting.first, "code", limiting.second->code, "CODE")->required();
    auto* const bytes = verbs.option(*limiting.first, "--bytes", limiting.second->bytes, "SIZE");
    bytes->transform(CLI::AsSizeValue(true));
    verbs.flag(*limiting.first, "--default", limiting.second->by_default)->excludes(bytes);
    limiting.first->require_option(2, 2);
    const auto supporting = admin_verb(verbs, admin, "support", support);
    verbs.option(*supporting.first, "code", supporting.second->code, "CODE")->required();
    const auto inviting = admin_verb(verbs, party, "invite", invite);
    verbs.option(*inviting.first, "code", inviting.second->code, "CODE")->required();
    verbs.option(*inviting.first, "--days", inviting.second->days, "N")->check(CLI::Range(1, 60));
    verbs.option(*inviting.first, "--code-out", inviting.second->code_out, "FILE");
    verbs.flag(*inviting.first, "--anew", inviting.second->anew);
    const auto suspending = admin_verb(verbs, party, "suspend", suspend_party);
    verbs.option(*suspending.first, "code", suspending.second->code, "CODE")->required();
    verbs.option(*suspending.first, "--reason", suspending.second->reason, "TEXT")->required();
    const auto resuming = admin_verb(verbs, party, "resume", resume_party);
    verbs.option(*resuming.first, "code", resuming.second->code, "CODE")->required();
    verbs.option(*resuming.first, "--reason", resuming.second->reason, "TEXT")->required();

    auto& account = verbs.noun(admin, "account");
    const auto stopping = admin_verb(verbs, account, "suspend", suspend_account);
    const auto lifting = admin_verb(verbs, account, "resume", resume_account);
    for (const auto& [app, given] : {stopping, lifting}) {
        verbs.option(*app, "user", given->name, "NAME")->required();
        verbs.option(*app, "--reason", given->reason, "TEXT")->required();
    }

    auto& session = verbs.noun(admin, "session");
    verbs.verb(session, "list", sessions);
    const auto id = std::make_shared<std::string>();
    verbs
        .option(verbs.verb(session, "end", [id](Program& program) { return end_session(program, *id); }), "id", *id,
                "ID")
        ->required();
    const auto most = std::make_shared<std::int64_t>(200);
    verbs
        .option(verbs.verb(admin, "audit", [most](Program& program) { return audit(program, *most); }), "--limit",
                *most, "N")
        ->check(CLI::Range(1, 1000000));
    verbs.verb(admin, "counts", counts);
}

}  // namespace rogatory::cli
