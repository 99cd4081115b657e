// What arrives, as it arrives: for whoever sits at the screen, and for a machine that fetches.
#include "web/cli/commands/watch_verbs.hpp"

#include <ctime>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "platform/base/try.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/keeper/access.hpp"
#include "web/cli/program/desk_time.hpp"

namespace rogatory::cli {
namespace {

constexpr std::uint64_t kEvery = 30;

struct WatchOptions {
    std::uint64_t every = kEvery;
    bool once = false;
};

// As the keeper's: a computer that slept was not used meanwhile.
std::chrono::seconds awake_or_not() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::seconds{time.tv_sec};
}

// Each look is a program of its own, which lets go of the profile: the person's other commands, and what the reader of
// these lines starts, find it free.
class Watch {
public:
    explicit Watch(Program& program) : program_{program}, profile_{program.options().profile} {}
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() {
        if (!session_) return;
        Program last{program_.options(), program_.console()};
        (void)last.go_on_with(std::move(*session_));
    }

    // Tells of each file in which something newer waits than was told, and whether any does.
    Result<bool> look() {
        ROGATORY_TRY_VOID(still_at_the_desk());
        const bool going_on = session_.has_value();
        auto rows = listed();
        // A machine's session has its hours; a person's is for the person.
        if (!rows && going_on && rows.error().code() == ErrorCode::unauthenticated) rows = listed();
        if (!by_key()) {
            if (const auto left = keeper::status(profile_)) desk_.looked(awake_or_not(), left->idle_left);
        }
        if (!rows) return fail(std::move(rows).error());
        for (const auto& row : *rows) {
            auto& told = told_[row.chain];
            const auto newest = newest_of(row);
            if (row.state == "broken" ? !broken_.insert(row.chain).second : newest <= told) continue;
            told = newest;
            tell(row);
        }
        return !rows->empty();
    }
    [[nodiscard]] bool found_broken() const noexcept { return !broken_.empty(); }

private:
    [[nodiscard]] bool by_key() const noexcept { return program_.options().service_key.has_value(); }

    // One more than the place of the newest item that waits: what was read meanwhile takes nothing from it.
    static std::uint64_t newest_of(const agent::DossierView& row) {
        std::uint64_t newest = 0;
        for (const auto& entry : row.entries) {
            if (entry.unread) newest = std::max(newest, entry.seq + 1);
        }
        return newest;
    }

    Result<> still_at_the_desk() {
        if (by_key()) return {};
        const auto left = keeper::status(profile_);
        if (!left || desk_.may_look(awake_or_not(), left->idle_left)) return {};
        keeper::lock(profile_);
        return fail(ErrorCode::unauthenticated, "watch.locked");
    }

    Result<std::vector<agent::DossierView>> listed() {
        Program looking{program_.options(), program_.console()};
        if (session_) {
            auto session = std::move(*session_);
            session_.reset();
            ROGATORY_TRY_VOID(looking.go_on_with(std::move(session)));
        }
        ROGATORY_TRY(auto agent, looking.agent());
        auto rows = agent::list_dossiers(agent, false);
        // Where its session is over, that is the end of it; where only the line is cut, the session goes on.
        if (rows || rows.error().code() != ErrorCode::unauthenticated) session_ = looking.hold_session();
        if (rows) {
            std::erase_if(*rows, [](const auto& row) { return row.unread == 0 && row.state != "broken"; });
        }
        return rows;
    }

    void tell(const agent::DossierView& row) const {
        const auto& console = program_.console();
        const auto file = short_hex(row.chain);
        if (row.state == "broken") {
            console.print(Json{}.add("event", "broken").add("dossier", hex_text(row.chain)));
            console.warn("watch.broken", {{"dossier", file}});
            return;
        }
        Json json;
        json.add("event", "new").add("dossier", hex_text(row.chain)).add("party", row.opener.party_code);
        json.add("authority", row.opener.authority_name).add("unread", static_cast<std::uint64_t>(row.unread));
        console.print(json.add("last_at", row.last_at));
        console.answer("watch.new", {{"when", format_time(console.language(), row.last_at)},
                                     {"dossier", file},
                                     {"from", authority_text(console, row.opener)},
                                     {"count", static_cast<std::int64_t>(row.unread)}});
        // Whoever reads these lines through a pipe waits for each.
        std::fflush(stdout);
    }

    Program& program_;
    const std::filesystem::path profile_;
    std::optional<Program::HeldSession> session_;
    DeskTime desk_;
    std::map<agent::Hash, std::uint64_t> told_;
    std::set<agent::Hash> broken_;
};

// A line that is cut is waited for, and another command that has the profile just now; anything else is for a person.
bool passes(const Error& error) {
    return error.code() == ErrorCode::unavailable || error.code() == ErrorCode::too_many;
}

void rest(Program& program, std::chrono::milliseconds time) {
    constexpr std::chrono::milliseconds kStep{200};
    const agent::SystemClock clock;
    for (; time > kStep && !program.observer().cancelled(); time -= kStep) clock.pause(kStep);
    if (!program.observer().cancelled()) clock.pause(time);
}

Result<ExitCode> watch(Program& program, const WatchOptions& options) {
    const auto& console = program.console();
    Watch watch{program};
    if (options.once) {
        ROGATORY_TRY(const auto waits, watch.look());
        if (!waits) console.answer("watch.nothing");
        return watch.found_broken() ? ExitCode::integrity : waits ? ExitCode::attention : ExitCode::ok;
    }
    ConsoleObserver::heed_interrupts();
    console.note("watch.begins");
    bool warned = false;
    while (!program.observer().cancelled()) {
        const auto looked = watch.look();
        const bool in_use = !looked && looked.error().key() == "profile.in_use";
        if (!looked && !passes(looked.error())) return fail(looked.error());
        if (!looked && !in_use && !warned) console.error(looked.error());
        if (looked && warned) console.note("watch.goes_on");
        if (!in_use) warned = !looked;
        rest(program, in_use ? std::chrono::seconds{1} : std::chrono::seconds{options.every});
    }
    return watch.found_broken() ? ExitCode::integrity : ExitCode::ok;
}

}  // namespace

void add_watch_verbs(Verbs& verbs) {
    const auto given = std::make_shared<WatchOptions>();
    auto& watching = verbs.verb(verbs.root(), "watch", [given](Program& program) { return watch(program, *given); });
    verbs.option(watching, "--every", given->every, "SECONDS")->check(CLI::Range(1, 600));
    verbs.flag(watching, "--once", given->once);
}

}  // namespace rogatory::cli
