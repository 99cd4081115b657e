// How one is told and let in: mails without content, and the passkeys that were registered in the web client.
#include <ctime>
#include <map>

#include <fmt/format.h>

#include "platform/base/try.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/console/json.hpp"
#include "web/cli/console/table.hpp"

namespace rogatory::cli {
namespace {

using Notices = client::HttpsServer::Notices;

constexpr int kDayMinutes = 24 * 60;
const std::map<std::string, std::int64_t> kIntervals{{"at-once", 0}, {"hour", 3600}, {"day", kDay}, {"week", 7 * kDay}};

struct NoticeOptions {
    std::string address;
    std::string every = "hour";
    std::string quiet;
};

Result<client::HttpsServer*> remote(Program& program) {
    ROGATORY_TRY_VOID(program.unlocked());
    return program.server();
}

int around(int minutes) { return ((minutes % kDayMinutes) + kDayMinutes) % kDayMinutes; }

std::string clock_text(int utc) {
    const auto here = around(utc + minutes_ahead_of_utc());
    return fmt::format("{:02}:{:02}", here / 60, here % 60);
}

// "22:00-06:30" of this computer's zone, as minutes after midnight UTC.
Result<std::pair<int, int>> quiet_hours(const std::string& text) {
    const auto digit = [&](std::size_t at) { return text[at] - '0'; };
    const auto two = [&](std::size_t at) { return digit(at) * 10 + digit(at + 1); };
    const std::string_view form = "dd:dd-dd:dd";
    auto good = text.size() == form.size();
    for (std::size_t i = 0; good && i < form.size(); ++i) {
        good = form[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == form[i];
    }
    if (!good || two(0) > 23 || two(3) > 59 || two(6) > 23 || two(9) > 59) {
        return fail(Error{ErrorCode::invalid_input, "usage.hours"}.with("text", text.substr(0, 40)));
    }
    const auto utc = [](int hour, int minute) { return around(hour * 60 + minute - minutes_ahead_of_utc()); };
    return std::pair{utc(two(0), two(3)), utc(two(6), two(9))};
}

void show(const Console& console, const std::optional<Notices>& notices) {
    Json json;
    json.add("wanted", notices.has_value());
    if (notices) {
        json.add("address", notices->address).add("every", notices->every).add("refused", notices->refused);
        if (notices->quiet) {
            json.add("quiet_from", std::int64_t{notices->quiet->first});
            json.add("quiet_until", std::int64_t{notices->quiet->second});
        }
        if (notices->sent_at) json.add("sent_at", *notices->sent_at);
        if (notices->failed_at) json.add("failed_at", *notices->failed_at);
    }
    console.print(json);
    if (!notices) {
        console.answer("notices.none");
        return;
    }
    console.answer("notices.address", {{"address", printable(notices->address)}});
    for (const auto& [name, seconds] : kIntervals) {
        if (seconds == notices->every) console.answer("word.notices_every." + name);
    }
    if (notices->quiet) {
        console.answer("notices.quiet",
                       {{"from", clock_text(notices->quiet->first)}, {"until", clock_text(notices->quiet->second)}});
    }
    if (notices->refused) {
        console.answer("notices.refused");
    } else if (notices->failed_at && notices->failed_at > notices->sent_at) {
        console.answer("notices.failed", {{"when", format_time(console.language(), *notices->failed_at)}});
    } else if (notices->sent_at) {
        console.answer("notices.sent", {{"when", format_time(console.language(), *notices->sent_at)}});
    }
}

Result<ExitCode> show_notices(Program& program) {
    ROGATORY_TRY(auto* server, remote(program));
    ROGATORY_TRY(const auto notices, server->notices());
    show(program.console(), notices);
    return ExitCode::ok;
}

Result<ExitCode> set_notices(Program& program, const NoticeOptions& options) {
    ROGATORY_TRY(auto* server, remote(program));
    Notices wanted;
    wanted.address = options.address;
    wanted.every = kIntervals.at(options.every);
    if (!options.quiet.empty()) {
        ROGATORY_TRY(wanted.quiet, quiet_hours(options.quiet));
    }
    ROGATORY_TRY_VOID(server->set_notices(wanted));
    return show_notices(program);
}

Result<ExitCode> stop_notices(Program& program) {
    ROGATORY_TRY(auto* server, remote(program));
    ROGATORY_TRY(const auto notices, server->notices());
    if (notices) {
        ROGATORY_TRY_VOID(server->remove_notices());
    }
    show(program.console(), {});
    return ExitCode::ok;
}

Result<ExitCode> list_passkeys(Program& program) {
    const auto& console = program.console();
    ROGATORY_TRY(auto* server, remote(program));
    ROGATORY_TRY(const auto passkeys, server->passkeys());
    std::vector<Json> rows;
    Table table{{{console.text("column.passkey")}, {console.text("column.since")}, {console.text("column.opens")}}};
    for (const auto& one : passkeys) {
        rows.push_back(Json{}
                           .add("id", one.id)
                           .add("created_at", one.created_at)
                           .add("unlocks", one.unlocks)
                           .add("backed_up", one.backed_up));
        table.row({std::to_string(one.id), format_time(console.language(), one.created_at),
                   console.text(one.unlocks ? "passkey.opens_files" : "passkey.opens_door")});
    }
    console.print(Json{}.add("items", Json::array(rows)));
    if (passkeys.empty()) {
        console.answer("passkey.none");
    } else {
        console.answer(table);
    }
    return ExitCode::ok;
}

Result<ExitCode> remove_passkey(Program& program, std::int64_t id) {
    ROGATORY_TRY(auto* server, remote(program));
    ROGATORY_TRY_VOID(server->remove_passkey(id));
    program.console().print(Json{}.add("removed", id));
    program.console().answer("passkey.removed");
    return ExitCode::ok;
}

}  // namespace

void add_notice_verbs(Verbs& verbs) {
    auto& notices = verbs.noun(verbs.root(), "notices");
    verbs.verb(notices, "show", show_notices);
    const auto given = std::make_shared<NoticeOptions>();
    auto& setting = verbs.verb(notices, "set", [given](Program& program) { return set_notices(program, *given); });
    verbs.option(setting, "address", given->address, "ADDRESS")->required();
    std::vector<std::string> names;
    for (const auto& [name, seconds] : kIntervals) names.push_back(name);
    verbs.option(setting, "--every", given->every, "at-once|hour|day|week")->check(CLI::IsMember(names));
    verbs.option(setting, "--quiet", given->quiet, "HH:MM-HH:MM");
    verbs.verb(notices, "stop", stop_notices);

    auto& passkey = verbs.noun(verbs.root(), "passkey");
    verbs.verb(passkey, "list", list_passkeys);
    const auto id = std::make_shared<std::int64_t>(0);
    verbs
        .option(verbs.verb(passkey, "remove", [id](Program& program) { return remove_passkey(program, *id); }),
                "number", *id, "NUMBER")
        ->required();
}

}  // namespace rogatory::cli
