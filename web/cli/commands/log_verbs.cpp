// The public log and its alarms: log, alarm, monitor, verify evidence.
#include <chrono>
#include <filesystem>

#include "platform/agent/alarms.hpp"
#include "platform/agent/log_policy.hpp"
#include "platform/agent/log_succession.hpp"
#include "platform/agent/monitor.hpp"
#include "platform/base/try.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/console/table.hpp"
#include "web/cli/program/kit.hpp"
#include "web/cli/verify/disk.hpp"
#include "web/cli/verify/evidence.hpp"

namespace rogatory::cli {
namespace {

Result<ExitCode> log_status(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    const auto log = agent.log_status();
    std::vector<Json> witnesses;
    for (const auto& one : log.witnesses) {
        Json item;
        item.add("name", one.name).add("key", one.key);
        if (!one.url.empty()) item.add("url", one.url);
        if (one.at) item.add("cosigned_at", *one.at);
        witnesses.push_back(item);
    }
    Json json;
    json.add("origin", log.origin)
        .add("size", log.size)
        .add("counting_size", log.counting_size)
        .add("root", hex_text(log.root))
        .add("checkpoint_time", log.checkpoint_time)
        .add("cosigned", log.witnessed)
        .add("quorum", static_cast<std::uint64_t>(log.quorum))
        .add("fresh", log.fresh)
        .add("adopted", log.adopted)
        .add("witnesses", Json::array(witnesses));
    if (!log.follows.empty()) json.add("follows", log.follows);
    console.print(json.add("policy", log.policy).add("alarms", Json::array(log.alarms)));
    const auto when = format_time(console.language(), log.checkpoint_time);
    console.answer("log.origin", {{"origin", log.origin}});
    if (!log.follows.empty()) console.answer("log.follows", {{"ended", log.follows}});
    console.answer("log.size", {{"size", static_cast<std::int64_t>(log.size)}, {"when", when}});
    console.answer_line(hex_text(log.root), 2);
    if (!log.adopted) {
        console.warn(log.adoption_awaits ? "error.log.adoption_awaits" : "error.log.moved");
    } else if (!log.witnessed) {
        console.answer("log.not_cosigned");
    } else {
        console.answer("log.quorum", {{"k", static_cast<std::int64_t>(log.quorum)},
                                      {"n", static_cast<std::int64_t>(log.witnesses.size())}});
        console.answer(log.counting_size == log.size ? "log.all_counts" : "log.some_pend",
                       {{"count", static_cast<std::int64_t>(log.size - log.counting_size)}});
        Table table{{{console.text("column.witness"), Narrow::wrap}, {console.text("column.cosigned_at")}}};
        for (const auto& one : log.witnesses) {
            table.row({one.name, one.at ? format_time(console.language(), *one.at) : console.text("log.never_seen")});
        }
        console.answer(table);
    }
    for (const auto& alarm : log.alarms) console.warn("status.alarm", {{"file", alarm}});
    return log.alarms.empty() ? ExitCode::ok : ExitCode::integrity;
}

ExitCode tell_policy(const Console& console, const agent::PolicyChange& change, bool done, Json json = {}) {
    json.add("set", done).add("before", change.before).add("after", change.after);
    json.add("added", Json::array(change.added)).add("removed", Json::array(change.removed));
    json.add("quorum_before", static_cast<std::uint64_t>(change.quorum_before));
    console.print(json.add("quorum_after", static_cast<std::uint64_t>(change.quorum_after)));
    for (const auto& name : change.added) console.answer("log.policy_added", {{"name", printable(name)}});
    for (const auto& name : change.removed) console.answer("log.policy_removed", {{"name", printable(name)}});
    console.answer(change.quorum_after == 0 ? "log.policy_none" : "log.policy_quorum",
                   {{"k", static_cast<std::int64_t>(change.quorum_after)},
                    {"before", static_cast<std::int64_t>(change.quorum_before)}});
    return ExitCode::ok;
}

Result<ExitCode> set_policy(Program& program, const std::filesystem::path& file, bool dry) {
    const auto& console = program.console();
    ROGATORY_TRY(const auto text, read_text_file(file, 64 * 1024));
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto change, agent::compare_policy(agent, text));
    if (dry) return tell_policy(console, change, false);
    // Fewer co-signers protect less, and it cannot be taken back unseen.
    const bool weaker = change.quorum_after < change.quorum_before;
    ROGATORY_TRY(const auto yes, program.confirmed(weaker ? "log.policy_weaker_sure" : "log.policy_sure"));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ROGATORY_TRY(const auto set, agent::set_log_policy(agent, text));
    return tell_policy(console, set, true);
}

Result<ExitCode> tell_succession(const Console& console, const agent::LogSuccession& found, bool done) {
    console.answer("log.succession",
                   {{"ended", found.origin}, {"size", static_cast<std::int64_t>(found.size)}, {"next", found.next}});
    console.answer_line(hex_text(found.root), 2);
    if (done) console.answer("log.succession_done", {{"next", found.next}});
    Json json;
    json.add("ended", found.origin).add("size", found.size).add("root", hex_text(found.root));
    return tell_policy(console, found.change, done, json.add("next", found.next));
}

Result<ExitCode> adopt(Program& program, const std::filesystem::path& file, bool dry) {
    const auto& console = program.console();
    ROGATORY_TRY(const auto text, read_text_file(file, 64 * 1024));
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto found, agent::compare_successor(agent, text));
    if (dry) return tell_succession(console, found, false);
    // Who will answer for the new log is what the sheet is about: said before anything is signed.
    std::string cosigners;
    for (const auto& name : found.cosigners) cosigners += (cosigners.empty() ? "" : ", ") + printable(name);
    const auto question = found.cosigners.empty() ? "log.succession_sure_none" : "log.succession_sure";
    ROGATORY_TRY(const auto yes,
                 program.confirmed(question, {{"ended", found.origin},
                                              {"size", std::to_string(found.size)},
                                              {"root", hex_text(found.root)},
                                              {"next", found.next},
                                              {"cosigners", cosigners},
                                              {"k", static_cast<std::int64_t>(found.change.quorum_after)}}));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ROGATORY_TRY(const auto done, agent::adopt_successor(agent, text));
    return tell_succession(console, done, true);
}

Json alarm_json(const agent::Alarm& alarm) {
    Json item;
    item.add("name", alarm.name).add("what", alarm.what).add("at", alarm.at).add("standing", alarm.standing);
    if (!alarm.resolution.empty()) item.add("resolution", alarm.resolution);
    return item;
}

std::string state_of(const Console& console, const agent::Alarm& alarm) {
    if (alarm.standing) return console.text("alarm.stands");
    return console.text(alarm.resolution.empty() ? "alarm.kept" : "alarm.resolved");
}

Result<ExitCode> list_alarms(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(const auto* store, program.profile());
    ROGATORY_TRY(const auto rows, agent::alarms(*store));
    std::vector<Json> items;
    Table table{{{console.text("column.alarm"), Narrow::wrap},
                 {console.text("column.when")},
                 {console.text("column.state"), Narrow::wrap}}};
    bool standing = false;
    for (const auto& row : rows) {
        items.push_back(alarm_json(row));
        table.row({row.name, format_time(console.language(), row.at), state_of(console, row)});
        standing = standing || row.standing;
    }
    console.print(Json{}.add("items", Json::array(items)));
    if (rows.empty()) console.answer("alarm.none");
    console.answer(table);
    return standing ? ExitCode::integrity : ExitCode::ok;
}

Result<ExitCode> show_alarm(Program& program, const std::string& name) {
    const auto& console = program.console();
    ROGATORY_TRY(const auto* store, program.profile());
    ROGATORY_TRY(const auto alarm, agent::find_alarm(*store, name));
    console.print(alarm_json(alarm));
    console.answer_line(alarm.name, 0);
    console.answer_line(format_time(console.language(), alarm.at) + ", " + state_of(console, alarm), 2);
    console.answer_line(console.text("error." + alarm.what, {{"evidence", alarm.name}}), 2);
    if (!alarm.resolution.empty()) console.answer_line(alarm.resolution, 2);
    return alarm.standing ? ExitCode::integrity : ExitCode::ok;
}

Result<ExitCode> export_alarm(Program& program, const std::string& name, const std::string& file) {
    const auto& console = program.console();
    ROGATORY_TRY(const auto* store, program.profile());
    ROGATORY_TRY(const auto archive, agent::export_evidence(*store, name));
    std::ofstream out{file, std::ios::binary | std::ios::trunc};
    out.write(reinterpret_cast<const char*>(archive.data()), static_cast<std::streamsize>(archive.size()));
    out.close();
    if (!out) return fail(Error{ErrorCode::invalid_input, "output.not_writable"}.with("file", file));
    console.print(Json{}.add("file", file).add("bytes", static_cast<std::uint64_t>(archive.size())));
    console.answer("alarm.exported", {{"file", file}});
    return ExitCode::ok;
}

Result<ExitCode> resolve(Program& program, const std::string& name, const std::string& reason) {
    const auto& console = program.console();
    ROGATORY_TRY(auto* store, program.profile());
    ROGATORY_TRY(const auto alarm, agent::find_alarm(*store, name));
    ROGATORY_TRY(const auto yes, program.confirmed("alarm.sure", {{"name", alarm.name}}));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ROGATORY_TRY_VOID(agent::resolve_alarm(*store, alarm.name, reason));
    console.print(Json{}.add("resolved", alarm.name));
    console.answer("alarm.done", {{"name", alarm.name}});
    return ExitCode::ok;
}

struct MonitorOptions {
    bool follow = false;
    bool once = false;
    bool acknowledge = false;
    std::uint64_t interval = 60;
};

// One look. What was told is not told again in this run.
Result<bool> look(Program& program, agent::Agent& agent, std::uint64_t& told) {
    const auto& console = program.console();
    ROGATORY_TRY(const auto rows, agent::register_news(agent));
    for (const auto& row : rows) {
        if (row.seq < told) continue;
        Json json;
        json.add("event", "statement").add("seq", row.seq).add("id", hex_text(row.id)).add("index", row.index);
        json.add("kind", row.kind).add("member", hex_text(row.member)).add("member_name", row.member_name);
        json.add("at", row.at).add("signed_by", row.signed_by).add("void", row.void_);
        console.print(json.add("counting", row.counting).add("date_disputed", row.disputed));
        const auto member = row.member_name.empty() ? short_hex(row.member) : row.member_name;
        console.answer(row.signed_by == "colleague" ? "monitor.colleague" : "monitor.own_key",
                       {{"seq", static_cast<std::int64_t>(row.seq)},
                        {"what", word(console, "register", row.kind)},
                        {"member", member},
                        {"when", format_time(console.language(), row.at)}});
        told = row.seq + 1;
    }
    return !rows.empty();
}

Result<ExitCode> monitor(Program& program, const MonitorOptions& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    std::uint64_t told = 0;
    ROGATORY_TRY(auto news, look(program, agent, told));
    if (options.follow) ConsoleObserver::heed_interrupts();
    while (options.follow && !program.observer().cancelled()) {
        const agent::SystemClock clock;
        for (std::uint64_t second = 0; second < options.interval && !program.observer().cancelled(); ++second) {
            clock.pause(std::chrono::seconds{1});
        }
        if (program.observer().cancelled()) break;
        ROGATORY_TRY(const auto more, look(program, agent, told));
        news = news || more;
    }
    ROGATORY_TRY(const auto* store, program.profile());
    if (auto standing = agent::require_no_standing_alarm(*store); !standing) return fail(std::move(standing).error());
    if (options.acknowledge) {
        ROGATORY_TRY_VOID(agent::acknowledge_register(agent));
        if (news) console.answer("monitor.acknowledged");
        return ExitCode::ok;
    }
    if (!news) console.answer("monitor.nothing");
    return news ? ExitCode::attention : ExitCode::ok;
}

}  // namespace

void add_log_verbs(Verbs& verbs) {
    auto& log = verbs.noun(verbs.root(), "log");
    verbs.verb(log, "status", log_status);
    const auto policy_file = std::make_shared<std::filesystem::path>();
    const auto sheet_file = std::make_shared<std::filesystem::path>();
    const auto dry = std::make_shared<bool>(false);
    auto& setting = verbs.verb(verbs.noun(log, "policy"), "set", [policy_file, sheet_file, dry](Program& program) {
        if (policy_file->empty() == sheet_file->empty())
            return Result<ExitCode>{fail(ErrorCode::invalid_input, "log.policy_or_sheet")};
        return sheet_file->empty() ? set_policy(program, *policy_file, *dry) : adopt(program, *sheet_file, *dry);
    });
    verbs.option(setting, "file", *policy_file, "FILE");
    verbs.option(setting, "--sheet", *sheet_file, "FILE");
    verbs.flag(setting, "--dry-run", *dry);

    auto& alarm = verbs.noun(verbs.root(), "alarm");
    verbs.verb(alarm, "list", list_alarms);
    const auto name = std::make_shared<std::string>();
    const auto file = std::make_shared<std::string>();
    const auto reason = std::make_shared<std::string>();
    const auto named = [&verbs, name](CLI::App& app) -> CLI::App& {
        verbs.option(app, "alarm", *name, "ALARM")->required();
        return app;
    };
    named(verbs.verb(alarm, "show", [name](Program& program) { return show_alarm(program, *name); }));
    auto& exporting = named(
        verbs.verb(alarm, "export", [name, file](Program& program) { return export_alarm(program, *name, *file); }));
    verbs.option(exporting, "file", *file, "FILE")->required();
    auto& resolving = named(
        verbs.verb(alarm, "resolve", [name, reason](Program& program) { return resolve(program, *name, *reason); }));
    verbs.option(resolving, "--reason", *reason, "TEXT")->required();

    // `verify DOSSIER` is a verb of its own; `verify evidence FILE` needs no dossier.
    auto& verify = verbs.noun(verbs.root(), "verify");
    if (auto* dossier = verify.get_option_no_throw("dossier")) dossier->required(false);
    auto& verifying = verbs.verb(
        verify, "evidence", [file](Program& program) { return check_evidence(program.console(), path_of(*file)); });
    verbs.option(verifying, "file", *file, "FILE")->required();

    const auto watching = std::make_shared<MonitorOptions>();
    auto& monitoring =
        verbs.verb(verbs.root(), "monitor", [watching](Program& program) { return monitor(program, *watching); });
    verbs.flag(monitoring, "--once", watching->once);
    verbs.flag(monitoring, "--follow", watching->follow);
    verbs.flag(monitoring, "--acknowledge", watching->acknowledge);
    verbs.option(monitoring, "--interval", watching->interval, "SECONDS");
}

}  // namespace rogatory::cli
