// The own account: sign-in, sign-out, lock, status, kit, passphrase, sessions, export.
#include <algorithm>

#include "crypto/primitives/memory.hpp"
#include "platform/agent/dossiers.hpp"
#include "platform/base/try.hpp"
#include "web/cli/commands/account_status.hpp"
#include "web/cli/commands/second_factor.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/console/prompt.hpp"
#include "web/cli/keeper/access.hpp"
#include "web/cli/program/kit.hpp"
#include "web/cli/program/totp.hpp"

namespace rogatory::cli {
namespace {

struct SignInOptions {
    std::string user;
    std::filesystem::path kit;
    std::filesystem::path kit_out;
    std::filesystem::path new_totp_secret;
    bool new_passphrase = false;
    int keep_minutes = 15;
};

std::function<Result<>(const agent::Kit&)> keep_in(const Console& console, const std::filesystem::path& path) {
    return [&console, path](const agent::Kit& kit) -> Result<> {
        auto sheet = printed_kit(kit);
        auto written = write_private_file(path, sheet);
        crypto::wipe(sheet);
        if (written) console.note("kit.written", {{"file", path.string()}});
        return written;
    };
}

Result<std::string> kit_text(const std::filesystem::path& path) {
    ROGATORY_TRY(const auto text, read_text_file(path, 64 * 1024));
    return kit_lines(text);
}

// Somebody begins, or lately came in, with a recovery sheet alone: one's own, or, to an access manager, another
// member's. There are 72 hours in which to object. Whoever cannot be told now is told next time.
void tell_of_kits(Program& program) {
    const auto remote = program.server();
    if (!remote) return;
    const auto me = (*remote)->me();
    if (!me) return;
    const auto& console = program.console();
    if (me->kit_tried_at != 0) console.warn("kit.tried", {{"when", format_time(console.language(), me->kit_tried_at)}});
    for (const auto& own : me->memberships) {
        if (own.role != "custodian") continue;
        const auto attempts = (*remote)->kit_attempts(own.authority);
        if (attempts && std::ranges::any_of(*attempts, [&own](const auto& one) { return one.member != own.member; }))
            console.warn("kit.others", {{"party", own.party}});
    }
}

Result<ExitCode> signed_in(Program& program, const agent::Unlocked& unlocked, const SignInOptions& options) {
    keeper::lock(program.options().profile);
    keeper::Limits limits;
    limits.idle = std::chrono::minutes{options.keep_minutes};
    ROGATORY_TRY_VOID(program.remember(unlocked, limits));
    ROGATORY_TRY(const auto account, program.account());
    const auto user = account ? account->user_name : options.user;
    program.console().print(Json{}.add("signed_in", true).add("user", user).add("server", program.options().server));
    program.console().answer("sign_in.done", {{"user", user}, {"minutes", std::int64_t{options.keep_minutes}}});
    tell_of_kits(program);
    return ExitCode::ok;
}

// The passphrase is lost: the kit opens, new credentials are set, a new kit is printed.
Result<ExitCode> sign_in_with_kit(Program& program, const SignInOptions& options) {
    if (options.kit_out.empty())
        return fail(Error{ErrorCode::invalid_input, "usage.required"}.with("what", "--kit-out"));
    ROGATORY_TRY(auto kit, kit_text(options.kit));
    ROGATORY_TRY(const auto named, agent::read_kit(kit));
    ROGATORY_TRY(const auto known, program.account());
    if (program.options().server.empty() && !known) ROGATORY_TRY_VOID(program.use_server(named.server));
    ROGATORY_TRY(auto* world, program.environment());
    ROGATORY_TRY(const auto passphrase, program.new_passphrase(named.user_name));
    agent::KitSignInOrder order;
    order.kit = kit;
    order.new_passphrase = passphrase.expose_secret();
    const auto& given = program.options();
    if (given.totp_file || given.totp_secret_file) {
        ROGATORY_TRY(order.totp, program.totp());
    } else if (can_ask()) {
        ROGATORY_TRY(const auto typed, ask(program.console(), "prompt.totp_or_wait", {}, "--totp-file"));
        if (!typed.empty()) order.totp = std::string{typed.expose_secret()};
    }
    bool set_anew = false;
    order.second_factor = [&](const agent::TotpSetup& setup) {
        set_anew = true;
        return set_up_totp(program, setup, options.new_totp_secret);
    };
    auto ended = agent::sign_in_with_kit(*world, order, keep_in(program.console(), options.kit_out));
    crypto::wipe(kit);
    if (!ended) {
        // Refused for certain: the new sheet opens nothing, and stands in the way of the next attempt.
        std::error_code ignored;
        if (ended.error().key() == "enrolment.totp") std::filesystem::remove(options.kit_out, ignored);
        return fail(std::move(ended).error());
    }
    const auto& outcome = *ended;
    if (!outcome.kit) {
        program.console().print(Json{}.add("signed_in", false).add("available_at", outcome.available_at));
        program.console().answer("sign_in.wait",
                                 {{"when", format_time(program.console().language(), outcome.available_at)}});
        return ExitCode::not_signed_in;
    }
    // The new credentials stand; signing in with them takes the second factor's next code.
    if (!set_anew && !given.totp_secret_file && (given.totp_file || !can_ask())) {
        program.console().print(Json{}.add("signed_in", false).add("kit", options.kit_out.string()));
        program.console().answer("sign_in.renewed");
        return ExitCode::ok;
    }
    program.console().note("sign_in.renewed_next_code");
    ROGATORY_TRY(const auto totp, options.new_totp_secret.empty() || !set_anew
                                      ? program.totp()
                                      : next_totp(program.console(), options.new_totp_secret));
    agent::SignInOrder again;
    again.server = given.server;
    again.user_name = named.user_name;
    again.passphrase = passphrase.expose_secret();
    again.totp = totp;
    ROGATORY_TRY(const auto unlocked, agent::sign_in(*world, again));
    return signed_in(program, unlocked, options);
}

// Each of a machine's commands signs in and out by itself: here only whether it can.
Result<ExitCode> try_service_key(Program& program) {
    ROGATORY_TRY_VOID(program.unlocked());
    ROGATORY_TRY(const auto account, program.account());
    const auto user = account ? account->user_name : std::string{};
    program.console().print(Json{}.add("signed_in", true).add("user", user).add("kind", "service"));
    program.console().answer("service.key_good", {{"user", user}});
    return ExitCode::ok;
}

Result<ExitCode> sign_in(Program& program, const SignInOptions& options) {
    if (program.options().service_key) return try_service_key(program);
    if (!options.kit.empty()) {
        // A kit brings the account key to a new device, or a new passphrase to whoever lost his.
        auto lost = options.new_passphrase || program.options().new_passphrase_file || !options.kit_out.empty();
        if (!lost && !program.options().passphrase_file && can_ask()) {
            ROGATORY_TRY(const auto known, ask_yes(program.console(), "prompt.passphrase_known", {}));
            lost = !known;
        }
        if (lost) return sign_in_with_kit(program, options);
    }
    ROGATORY_TRY(const auto account, program.account());
    std::string kit;
    if (!options.kit.empty()) {
        ROGATORY_TRY(kit, kit_text(options.kit));
        if (program.options().server.empty() && !account) {
            ROGATORY_TRY(const auto facts, agent::read_kit(kit));
            ROGATORY_TRY_VOID(program.use_server(facts.server));
        }
    }
    ROGATORY_TRY(auto* world, program.environment());
    auto user = options.user;
    if (user.empty() && account) user = account->user_name;
    if (user.empty() && !kit.empty()) {
        ROGATORY_TRY(const auto facts, agent::read_kit(kit));
        user = facts.user_name;
    }
    if (user.empty()) return fail(Error{ErrorCode::invalid_input, "usage.required"}.with("what", "--user"));
    // Said before a passphrase is typed in vain.
    if (!account && kit.empty()) return fail(ErrorCode::not_found, "account_key.missing");
    ROGATORY_TRY(const auto passphrase, program.passphrase(user));
    ROGATORY_TRY(const auto totp, program.totp());
    agent::SignInOrder order;
    order.server = program.options().server;
    order.user_name = user;
    order.passphrase = passphrase.expose_secret();
    order.totp = totp;
    order.kit = kit;
    ROGATORY_TRY(const auto unlocked, agent::sign_in(*world, order));
    crypto::wipe(kit);
    return signed_in(program, unlocked, options);
}

Result<ExitCode> sign_out(Program& program) {
    // The keeper forgets first: whatever the network does, this device is locked.
    auto unlocked = program.unlocked();
    keeper::lock(program.options().profile);
    if (unlocked) {
        ROGATORY_TRY(auto* remote, program.server());
        auto ended = remote->sign_out();
        if (!ended && ended.error().code() != ErrorCode::unauthenticated) return fail(std::move(ended).error());
    }
    program.console().print(Json{}.add("signed_in", false));
    program.console().answer("sign_out.done");
    return ExitCode::ok;
}

Result<ExitCode> lock(Program& program) {
    const bool was = keeper::lock(program.options().profile);
    program.console().print(Json{}.add("locked", was));
    program.console().answer(was ? "lock.done" : "lock.nothing");
    return ExitCode::ok;
}

Result<ExitCode> check_kit(Program& program, const std::filesystem::path& path) {
    ROGATORY_TRY(auto kit, kit_text(path));
    ROGATORY_TRY(auto* world, program.environment());
    ROGATORY_TRY(const auto unlocked, program.unlocked());
    auto checked = agent::check_kit(*world, unlocked, kit);
    crypto::wipe(kit);
    if (!checked) return fail(std::move(checked).error());
    program.console().print(Json{}.add("kit", "good"));
    program.console().answer("kit.good");
    return ExitCode::ok;
}

// Somebody began with one's own sheet alone, and one has read of it.
Result<ExitCode> end_kit_attempt(Program& program) {
    ROGATORY_TRY_VOID(program.unlocked());
    ROGATORY_TRY(auto* remote, program.server());
    const auto ended = remote->end_kit_attempt();
    if (!ended && ended.error().code() != ErrorCode::not_found) return fail(ended.error());
    program.console().print(Json{}.add("ended", ended.has_value()));
    program.console().answer(ended ? "kit.attempt_ended" : "kit.no_attempt");
    return ExitCode::ok;
}

Result<ExitCode> new_kit(Program& program, const std::filesystem::path& path) {
    ROGATORY_TRY(auto* world, program.environment());
    ROGATORY_TRY(auto unlocked, program.unlocked());
    ROGATORY_TRY(const auto account, program.account());
    ROGATORY_TRY(const auto passphrase, program.passphrase(account ? account->user_name : ""));
    ROGATORY_TRY_VOID(
        agent::make_new_kit(*world, unlocked, passphrase.expose_secret(), keep_in(program.console(), path)));
    ROGATORY_TRY_VOID(program.remember(unlocked));
    program.console().print(Json{}.add("kit", path.string()));
    program.console().answer("kit.replaced");
    return ExitCode::ok;
}

Result<ExitCode> change_passphrase(Program& program) {
    ROGATORY_TRY(auto* world, program.environment());
    ROGATORY_TRY(auto unlocked, program.unlocked());
    ROGATORY_TRY(const auto account, program.account());
    const auto user = account ? account->user_name : std::string{};
    if (program.options().passphrase_file && !program.options().new_passphrase_file && !can_ask()) {
        return fail(Error{ErrorCode::invalid_input, "usage.required"}.with("what", "--new-passphrase-file"));
    }
    ROGATORY_TRY(const auto old_one, program.passphrase(user));
    ROGATORY_TRY(const auto new_one, program.new_passphrase(user));
    ROGATORY_TRY_VOID(agent::change_passphrase(*world, unlocked, old_one.expose_secret(), new_one.expose_secret()));
    ROGATORY_TRY_VOID(program.remember(unlocked));
    program.console().print(Json{}.add("passphrase", "changed"));
    program.console().answer("passphrase.changed");
    return ExitCode::ok;
}

Result<ExitCode> list_sessions(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY_VOID(program.unlocked());
    ROGATORY_TRY(auto* remote, program.server());
    ROGATORY_TRY(const auto sessions, remote->sessions());
    std::vector<Json> rows;
    Table table{{{console.text("column.session")},
                 {console.text("column.scope")},
                 {console.text("column.since")},
                 {console.text("column.last_seen")},
                 {""}}};
    for (const auto& one : sessions) {
        rows.push_back(Json{}
                           .add("id", one.id)
                           .add("scope", one.scope)
                           .add("created_at", one.created_at)
                           .add("last_seen_at", one.last_seen_at)
                           .add("current", one.current));
        table.row({one.id.substr(0, 12), word(console, "scope", one.scope),
                   format_time(console.language(), one.created_at), format_time(console.language(), one.last_seen_at),
                   one.current ? console.text("session.this_one") : ""});
    }
    console.print(Json{}.add("items", Json::array(rows)));
    console.answer(table);
    return ExitCode::ok;
}

Result<ExitCode> end_session(Program& program, const std::string& id) {
    ROGATORY_TRY_VOID(program.unlocked());
    ROGATORY_TRY(auto* remote, program.server());
    ROGATORY_TRY(const auto sessions, remote->sessions());
    const auto at =
        std::ranges::find_if(sessions, [&](const auto& one) { return !id.empty() && one.id.starts_with(id); });
    if (at == sessions.end()) return fail(ErrorCode::not_found, "session.unknown");
    ROGATORY_TRY_VOID(remote->end_session(at->id));
    program.console().print(Json{}.add("ended", at->id));
    program.console().answer("session.ended");
    return ExitCode::ok;
}

Result<ExitCode> export_all(Program& program, const std::filesystem::path& out) {
    ROGATORY_TRY(const auto yes, program.confirmed("export.sure"));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ROGATORY_TRY(auto agent, program.agent());
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(const auto done, agent::export_everything(agent, out));
    program.observer().finish();
    program.console().print(Json{}
                                .add("directory", done.directory.string())
                                .add("identities", static_cast<std::uint64_t>(done.identities))
                                .add("files", static_cast<std::uint64_t>(done.files)));
    program.console().answer("export.done",
                             {{"folder", done.directory.string()}, {"files", static_cast<std::int64_t>(done.files)}});
    return ExitCode::ok;
}

}  // namespace

void add_account_verbs(Verbs& verbs, GlobalOptions& options) {
    const auto given = std::make_shared<SignInOptions>();
    auto& in = verbs.verb(verbs.root(), "sign-in", [given](Program& program) { return sign_in(program, *given); });
    verbs.option(in, "--user", given->user, "NAME");
    verbs.option(in, "--kit", given->kit, "FILE");
    verbs.flag(in, "--new-passphrase", given->new_passphrase);
    verbs.option(in, "--kit-out", given->kit_out, "FILE");
    verbs.option(in, "--keep-minutes", given->keep_minutes, "1–15")->check(CLI::Range(1, 15));
    verbs.option(in, "--totp-file", options.totp_file, "FILE");
    verbs.option(in, "--totp-secret-file", options.totp_secret_file, "FILE");
    verbs.option(in, "--new-passphrase-file", options.new_passphrase_file, "FILE");
    verbs.option(in, "--new-totp-secret-file", given->new_totp_secret, "FILE");
    verbs.verb(verbs.root(), "sign-out", sign_out);
    verbs.verb(verbs.root(), "lock", lock);
    verbs.verb(verbs.root(), "status", status);

    auto& kit = verbs.noun(verbs.root(), "kit");
    const auto kit_file = std::make_shared<std::filesystem::path>();
    verbs
        .option(verbs.verb(kit, "check", [kit_file](Program& program) { return check_kit(program, *kit_file); }),
                "file", *kit_file, "FILE")
        ->required();
    const auto kit_out = std::make_shared<std::filesystem::path>();
    verbs
        .option(verbs.verb(kit, "new", [kit_out](Program& program) { return new_kit(program, *kit_out); }), "--out",
                *kit_out, "FILE")
        ->required();

    verbs.verb(kit, "read", end_kit_attempt);

    auto& change = verbs.verb(verbs.noun(verbs.root(), "passphrase"), "change", change_passphrase);
    verbs.option(change, "--new-passphrase-file", options.new_passphrase_file, "FILE");

    auto& session = verbs.noun(verbs.root(), "session");
    verbs.verb(session, "list", list_sessions);
    const auto id = std::make_shared<std::string>();
    verbs
        .option(verbs.verb(session, "end", [id](Program& program) { return end_session(program, *id); }), "id", *id,
                "ID")
        ->required();

    const auto out = std::make_shared<std::filesystem::path>();
    verbs
        .option(verbs.verb(verbs.root(), "export", [out](Program& program) { return export_all(program, *out); }),
                "--out", *out, "FOLDER")
        ->required();
}

}  // namespace rogatory::cli
