#include "web/cli/commands/account_status.hpp"

#include "platform/base/try.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/keeper/access.hpp"

namespace rogatory::cli {

Result<ExitCode> status(Program& program) {
    const auto& console = program.console();
    // A machine's key file is as good as an unlocked keeper.
    const bool by_key = program.options().service_key.has_value();
    if (by_key) ROGATORY_TRY_VOID(program.unlocked());
    ROGATORY_TRY(const auto account, program.account());
    std::optional<keeper::Status> kept;
    if (!by_key) kept = keeper::status(program.options().profile);
    Json json;
    json.add("profile", program.options().profile.string()).add("unlocked", by_key || kept);
    if (account) json.add("server", account->server).add("user", account->user_name).add("kind", account->kind);
    if (kept)
        json.add("idle_seconds_left", std::int64_t{kept->idle_left.count()})
            .add("seconds_left", std::int64_t{kept->total_left.count()});
    console.answer("status.profile", {{"folder", program.options().profile.string()}});
    if (!account) {
        console.print(json);
        console.answer("status.nobody");
        return ExitCode::ok;
    }
    console.answer("status.account", {{"user", account->user_name}, {"server", account->server}});
    if (!kept && !by_key) {
        console.print(json);
        console.answer("status.locked");
        return ExitCode::ok;
    }
    if (kept)
        console.answer("status.unlocked", {{"time", format_duration(console.catalogue(), kept->idle_left.count())}});
    if (account->kind == "administrator" || account->kind == "auditor") {
        console.print(json);
        return ExitCode::ok;
    }
    auto opened = program.agent();
    if (!opened && opened.error().key() == "service.sign_in_only") {
        console.print(json);
        console.answer("status.sign_in_only");
        return ExitCode::ok;
    }
    if (!opened) return fail(std::move(opened).error());
    auto& agent = *opened;
    ROGATORY_TRY_VOID(agent.synchronise());
    const auto memberships = agent.memberships();
    std::vector<Json> rows;
    Table table{{{"", Narrow::keep}, {"", Narrow::cut}, {"", Narrow::keep}, {"", Narrow::keep}}};
    for (const auto& one : memberships) {
        rows.push_back(Json{}
                           .add("party", one.party_code)
                           .add("authority", one.authority_name)
                           .add("kind", one.authority_kind)
                           .add("authority_id", hex_text(one.authority))
                           .add("member", hex_text(one.member))
                           .add("role", one.role)
                           .add("acting", one.acting));
        table.row({one.acting ? " →" : "  ", one.party_code + "/" + one.authority_name,
                   one.role.empty() ? console.text("status.removed") : console.text("word." + one.role),
                   one.acting && memberships.size() > 1 ? console.text("status.acting") : ""});
    }
    const auto log = agent.log_status();
    json.add("memberships", Json::array(rows)).add("log_size", log.size).add("alarms", Json::array(log.alarms));
    console.print(json);
    console.answer(table);
    for (const auto& alarm : log.alarms) console.warn("status.alarm", {{"file", alarm}});
    return log.alarms.empty() ? ExitCode::ok : ExitCode::integrity;
}

}  // namespace rogatory::cli
