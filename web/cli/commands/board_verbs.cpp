// directory, law, state, recommendation, calendar: what each State or body says of itself on its notice board.
#include <algorithm>
#include <memory>
#include <set>

#include "platform/base/try.hpp"
#include "platform/casework/cells.hpp"
#include "web/cli/commands/board_options.hpp"
#include "web/cli/commands/board_show.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/program/kit.hpp"

namespace rogatory::cli {
namespace {

using namespace board;  // NOLINT: what its verbs share
using agent::NoticeKind;
using casework::Finding;

constexpr std::size_t kLargestSheet = 8U * 1024 * 1024;

Result<ExitCode> list(Program& program, NoticeKind kind, const Options& options) {
    const auto& console = program.console();
    auto query = options.query;
    query.kind = kind;
    for (const auto& word : options.words) query.words += (query.words.empty() ? "" : " ") + word;
    if (!options.on.empty()) {
        ROGATORY_TRY(query.on, casework::Date::parse(options.on));
    }
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto found, agent::list_notices(agent, query));
    std::vector<Json> items;
    for (const auto& row : found.rows) items.push_back(notice_json(row));
    std::vector<Json> unread;
    bool broken = false;
    for (const auto& board : found.unread) {
        unread.push_back(Json{}
                             .add("party", board.party)
                             .add("why", board.why)
                             .add("statements", static_cast<std::uint64_t>(board.rows)));
        broken = broken || board.why != "not_pinned";
    }
    console.print(Json{}.add("items", Json::array(items)).add("unread", Json::array(unread)));
    if (found.rows.empty()) console.answer("board.none");
    console.answer(notice_table(console, kind, found.rows));
    tell_unread(console, found.unread);
    return broken ? ExitCode::integrity : ExitCode::ok;
}

// What a file or a line of fields says, or every fault in it: nothing is half taken.
Result<casework::NoticeImport> understood(const Console& console, NoticeKind kind, ByteView file,
                                          const Options& options, const std::string& code) {
    casework::ImportOptions how;
    if (options.dates == "day") how.date_order = casework::DateOrder::day_first;
    if (options.dates == "month") how.date_order = casework::DateOrder::month_first;
    ROGATORY_TRY(auto import, casework::import_notices(sheet_of(kind), file, how, own_state(code)));
    const auto tell = [&console](const casework::Findings& findings) {
        for (const auto& one : findings) {
            Arguments arguments;
            for (const auto& [name, value] : one.arguments) arguments.emplace(name, printable(value));
            console.warn("warning." + one.key, arguments);
        }
    };
    tell(import.sheet.questions);
    tell(import.sheet.faults);
    const auto said = [&console](const casework::Findings& findings) {
        std::vector<Json> out;
        for (const auto& one : findings) out.push_back(finding_json(console, one));
        return Json::array(out);
    };
    if (!import.sheet.faults.empty() || !import.sheet.questions.empty()) {
        console.print(Json{}.add("faults", said(import.sheet.faults)).add("questions", said(import.sheet.questions)));
    }
    if (!import.sheet.faults.empty()) {
        return fail(
            Error{ErrorCode::invalid_input, "notice.faults"}.with("count", std::to_string(import.sheet.faults.size())));
    }
    if (!import.sheet.questions.empty()) return fail(ErrorCode::invalid_input, "notice.ask_dates");
    tell(import.sheet.warnings);
    return import;
}

Result<ExitCode> set(Program& program, NoticeKind kind, const Options& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    const auto code = own_code(agent);
    casework::Values values;
    agent::NoticeChange change;
    if (!options.instead.empty()) {
        ROGATORY_TRY(const auto before, agent::find_notice(agent, kind, options.instead));
        values = casework::values_of(before.notice, own_state(code));
        change.id = before.id;
    }
    if (kind == NoticeKind::profile && !own_state(code).empty()) values["state"] = code;
    for (const auto& field : options.fields) {
        const auto equals = field.find('=');
        if (equals == std::string::npos) {
            return fail(Error{ErrorCode::invalid_input, "usage.value"}.with("what", field));
        }
        values[field.substr(0, equals)] = field.substr(equals + 1);
    }
    // The same way in as a file's: one reader, one set of faults.
    std::vector<std::string> titles;
    std::vector<std::string> cells;
    for (const auto& [column, value] : values) {
        titles.push_back(casework::text_cell(column, ','));
        cells.push_back(casework::text_cell(value, ','));
    }
    const auto file = casework::line_of(titles, ',') + casework::line_of(cells, ',');
    ROGATORY_TRY(auto import, understood(console, kind, as_bytes(file), options, code));
    change.notice = std::move(import.rows.front().notice);
    ROGATORY_TRY(const auto ids, agent::publish_notices(agent, kind, {change}));
    console.print(Json{}.add("id", hex_text(ids.front())));
    console.answer("board.published", {{"count", std::int64_t{1}}, {"id", short_hex(ids.front())}});
    return ExitCode::ok;
}

Result<ExitCode> end(Program& program, NoticeKind kind, const Options& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    auto day = casework::Date::at(agent.now(), 0);
    if (!options.on.empty()) {
        ROGATORY_TRY(day, casework::Date::parse(options.on));
    }
    std::vector<agent::NoticeChange> changes;
    for (const auto& id : options.ids) {
        ROGATORY_TRY(const auto row, agent::find_notice(agent, kind, id));
        if (std::none_of(changes.begin(), changes.end(), [&row](const auto& one) { return one.id == row.id; }))
            changes.push_back({row.id, std::nullopt, day.text()});
    }
    ROGATORY_TRY([[maybe_unused]] const auto done, agent::publish_notices(agent, kind, changes));
    console.print(Json{}.add("ended", static_cast<std::uint64_t>(changes.size())).add("on", day.text()));
    console.answer("board.ended", {{"count", static_cast<std::int64_t>(changes.size())},
                                   {"date", casework::written(day, sheet_language(console))}});
    return ExitCode::ok;
}

Result<ExitCode> confirm(Program& program, NoticeKind kind, const Options& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto count, agent::confirm_notices(agent, kind, options.ids));
    console.print(Json{}.add("confirmed", static_cast<std::uint64_t>(count)));
    console.answer("board.confirmed", {{"count", static_cast<std::int64_t>(count)}});
    return ExitCode::ok;
}

struct Sorted {
    std::vector<agent::NoticeChange> changes;
    std::size_t fresh = 0;
    std::size_t replaced = 0;
    std::size_t unchanged = 0;
};

// Against what stands there: the same row is left alone, one that begins on the same day in the same place is replaced.
Sorted against(const std::vector<agent::NoticeView>& there, casework::NoticeImport import) {
    Sorted out;
    std::set<agent::Id> taken;
    for (auto& row : import.rows) {
        const auto place = model::place_of(row.notice);
        const auto from = model::span_of(row.notice).from;
        const agent::NoticeView* same = nullptr;
        for (const auto& one : there) {
            if (one.own && !one.ended && one.from == from && model::place_of(one.notice) == place) same = &one;
        }
        if (same != nullptr && same->notice == row.notice) {
            ++out.unchanged;
        } else if (same != nullptr && taken.insert(same->id).second) {
            ++out.replaced;
            out.changes.push_back({same->id, std::move(row.notice), std::nullopt});
        } else {
            ++out.fresh;
            out.changes.push_back({std::nullopt, std::move(row.notice), std::nullopt});
        }
    }
    return out;
}

Result<ExitCode> import_file(Program& program, NoticeKind kind, const Options& options) {
    const auto& console = program.console();
    ROGATORY_TRY(const auto file, read_text_file(options.file, kLargestSheet));
    ROGATORY_TRY(auto agent, program.agent());
    const auto code = own_code(agent);
    ROGATORY_TRY(auto import, understood(console, kind, as_bytes(file), options, code));
    console.answer("board.as_understood", {{"count", static_cast<std::int64_t>(import.rows.size())}});
    for (const auto& row : import.sheet.preview) {
        console.answer("board.row", {{"row", static_cast<std::int64_t>(row.number)}});
        show_values(console, sheet_of(kind), row.values);
    }
    agent::NoticeQuery query;
    query.kind = kind;
    query.party = code;
    query.all = true;
    ROGATORY_TRY(const auto there, agent::list_notices(agent, query));
    for (auto& row : import.rows) {
        ROGATORY_TRY(row.notice, agent::as_published(std::move(row.notice)));
    }
    const auto sorted = against(there.rows, std::move(import));
    const Arguments counts{{"fresh", static_cast<std::int64_t>(sorted.fresh)},
                           {"replaced", static_cast<std::int64_t>(sorted.replaced)},
                           {"unchanged", static_cast<std::int64_t>(sorted.unchanged)}};
    if (!sorted.changes.empty()) {
        ROGATORY_TRY(const auto yes, program.confirmed("board.import_sure", counts));
        if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
        ROGATORY_TRY([[maybe_unused]] const auto ids, agent::publish_notices(agent, kind, sorted.changes));
    }
    console.print(Json{}
                      .add("new", static_cast<std::uint64_t>(sorted.fresh))
                      .add("replaced", static_cast<std::uint64_t>(sorted.replaced))
                      .add("unchanged", static_cast<std::uint64_t>(sorted.unchanged)));
    console.answer("board.imported", counts);
    return ExitCode::ok;
}

struct Publisher {
    std::string authority;
    bool off = false;
};

Result<ExitCode> set_publisher(Program& program, const Publisher& given) {
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY_VOID(agent::set_publisher(agent, given.authority, !given.off));
    program.console().print(Json{}.add("authority", given.authority).add("publisher", !given.off));
    program.console().answer(given.off ? "board.publisher_off" : "board.publisher_on",
                             {{"authority", printable(given.authority)}});
    return ExitCode::ok;
}

class BoardVerbs {
public:
    BoardVerbs(Verbs& verbs, const std::string& noun, NoticeKind kind)
        : verbs_{verbs}, noun_{verbs.noun(verbs.root(), noun)}, kind_{kind} {}

    void declare() {
        {
            const auto given = fresh();
            filters(verb("list", list, given), given);
        }
        {
            const auto given = fresh();
            auto& app = verb("search", list, given);
            verbs_.option(app, "words", given->words, "WORDS")->required();
            filters(app, given);
        }
        {
            const auto given = fresh();
            auto& app = verb("set", set, given);
            verbs_.option(app, "fields", given->fields, "FIELD=VALUE")->required();
            verbs_.option(app, "--instead", given->instead, "ID");
            dates(app, given);
        }
        {
            const auto given = fresh();
            auto& app = verb("end", end, given);
            verbs_.option(app, "ids", given->ids, "ID")->required();
            verbs_.option(app, "--on", given->on, "DATE");
        }
        if (is_confirmed()) {
            const auto given = fresh();
            verbs_.option(verb("confirm", confirm, given), "ids", given->ids, "ID");
        }
        {
            const auto given = fresh();
            auto& app = verb("import", import_file, given);
            verbs_.option(app, "file", given->file, "FILE")->required();
            dates(app, given);
        }
        if (kind_ == NoticeKind::recommendation) {
            const auto given = fresh();
            auto& app = verb("annex", annex, given);
            verbs_.option(app, "round", given->on, "DATE")->required();
            verbs_.option(app, "--out", given->out, "FILE");
        }
        {
            const auto given = fresh();
            auto& app = verb("export", export_file, given);
            verbs_.option(app, "--out", given->out, "FILE");
            verbs_.option(app, "--party", given->query.party, "CODE");
        }
    }

    [[nodiscard]] CLI::App& noun() { return noun_; }

private:
    using Handler = Result<ExitCode> (*)(Program&, NoticeKind, const Options&);

    // Whether its rows hold from one day to another, so that somebody must say that they still do.
    [[nodiscard]] bool is_confirmed() const {
        return kind_ == NoticeKind::focal_point || kind_ == NoticeKind::law_entry || kind_ == NoticeKind::calendar;
    }
    static Given fresh() { return std::make_shared<Options>(); }
    CLI::App& verb(const char* name, Handler handler, const Given& given) {
        return verbs_.verb(noun_, name,
                           [handler, kind = kind_, given](Program& program) { return handler(program, kind, *given); });
    }
    void dates(CLI::App& app, const Given& given) {
        verbs_.option(app, "--dates", given->dates, "day|month")
            ->check(CLI::IsMember(std::vector<std::string>{"day", "month"}));
    }
    void filters(CLI::App& app, const Given& given) {
        auto& query = given->query;
        verbs_.option(app, "--party", query.party, "CODE");
        switch (kind_) {
            case NoticeKind::focal_point:
                verbs_.option(app, "--role", query.role, "ROLE");
                verbs_.option(app, "--theme", query.theme, "THEME");
                verbs_.option(app, "--language", query.language, "LANGUAGE");
                break;
            case NoticeKind::law_entry:
                verbs_.option(app, "--article", query.article, "ARTICLE");
                verbs_.option(app, "--language", query.language, "LANGUAGE");
                break;
            case NoticeKind::profile:
                verbs_.option(app, "--topic", query.topic, "TOPIC");
                break;
            case NoticeKind::recommendation:
                verbs_.option(app, "--state", query.state, "STATE");
                break;
            case NoticeKind::calendar:
            case NoticeKind::published_row:
                break;
        }
        if (is_confirmed()) {
            verbs_.flag(app, "--to-confirm", query.to_confirm);
        }
        verbs_.option(app, "--on", given->on, "DATE");
        verbs_.flag(app, "--all", query.all);
    }

    Verbs& verbs_;
    CLI::App& noun_;
    NoticeKind kind_;
};

}  // namespace

void add_board_verbs(Verbs& verbs) {
    BoardVerbs directory{verbs, "directory", NoticeKind::focal_point};
    directory.declare();
    const auto given = std::make_shared<Publisher>();
    auto& publisher =
        verbs.verb(directory.noun(), "publisher", [given](Program& program) { return set_publisher(program, *given); });
    verbs.option(publisher, "authority", given->authority, "AUTHORITY")->required();
    verbs.flag(publisher, "--off", given->off);
    BoardVerbs{verbs, "law", NoticeKind::law_entry}.declare();
    BoardVerbs{verbs, "state", NoticeKind::profile}.declare();
    BoardVerbs{verbs, "recommendation", NoticeKind::recommendation}.declare();
    BoardVerbs{verbs, "calendar", NoticeKind::calendar}.declare();
}

}  // namespace rogatory::cli
