// library: what is published for every authority.
#include "platform/agent/library.hpp"

#include "platform/base/try.hpp"
#include "web/cli/commands/copies.hpp"
#include "web/cli/commands/examiner.hpp"
#include "web/cli/commands/got.hpp"
#include "web/cli/commands/reconfirm.hpp"
#include "web/cli/commands/sent.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/source_files.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

struct PublishOptions {
    std::string work;
    std::vector<std::string> files;
    std::string name;
    std::vector<std::string> languages;
    std::optional<std::string> kind;
    std::optional<std::string> title_en;
    std::optional<std::string> title_fr;
    std::optional<std::string> summary_en;
    std::optional<std::string> summary_fr;
    std::string version;
    std::string date;
};

struct WorkOptions {
    std::string work;
    std::optional<std::string> version;
    std::filesystem::path out = ".";
    bool overwrite = false;
    std::optional<std::string> after;
    std::string reason;
};

// In the reader's language, or the one there is.
std::string in_language(const Console& console, const std::optional<std::string>& en,
                        const std::optional<std::string>& fr) {
    const auto& own = console.language() == Language::fr ? fr : en;
    const auto& other = console.language() == Language::fr ? en : fr;
    return own ? *own : other.value_or("");
}

std::string title_of(const Console& console, const agent::WorkView& work) {
    if (const auto* says = work.says()) return in_language(console, says->title_en, says->title_fr);
    if (work.withdrawn) return console.text("library.withdrawn");
    return problem_text(console, "error", work.problem);
}

Json version_json(const agent::EntryView& entry) {
    Json out;
    out.add("seq", entry.seq)
        .add("entry", hex_text(entry.id))
        .add("at", entry.at)
        .add("author_name", entry.author_name)
        .add("counting", entry.counting);
    const bool withdrawn = std::find(entry.warnings.begin(), entry.warnings.end(), "withdrawn") != entry.warnings.end();
    out.add("withdrawn", withdrawn);
    if (entry.work) {
        const auto& says = *entry.work;
        out.add("kind", std::string{model::name_of(says.kind)}).add("version", says.version).add("date", says.date);
        if (says.title_en) out.add("title_en", *says.title_en);
        if (says.title_fr) out.add("title_fr", *says.title_fr);
        if (says.summary_en) out.add("summary_en", *says.summary_en);
        if (says.summary_fr) out.add("summary_fr", *says.summary_fr);
        if (says.replaces) out.add("replaces", model::to_hex(*says.replaces));
    }
    std::vector<Json> files;
    for (std::size_t i = 0; i < entry.attachments.size(); ++i) {
        const auto& file = entry.attachments[i];
        Json one;
        one.add("attachment", hex_text(file.attachment))
            .add("name", file.name)
            .add("type", file.type)
            .add("size", file.size)
            .add("state", file.state);
        if (entry.work && i < entry.work->languages.size()) one.add("language", entry.work->languages[i]);
        files.push_back(one);
    }
    return out.add("files", Json::array(files));
}

Json work_json(const agent::WorkView& work) {
    Json out;
    out.add("work", hex_text(work.chain).substr(0, 12))
        .add("dossier", hex_text(work.chain))
        .add("publisher", authority_json(work.publisher))
        .add("own", work.own)
        .add("withdrawn", work.withdrawn)
        .add("new", work.fresh);
    if (!work.problem.empty()) out.add("problem", work.problem);
    if (work.current) out.add("current", work.versions[*work.current].seq);
    std::vector<Json> versions;
    for (const auto& one : work.versions) versions.push_back(version_json(one));
    return out.add("versions", Json::array(versions)).add("lacking", Json::array(work.lacking));
}

// What only waits for the co-signers is not broken.
bool is_broken(const agent::WorkView& work) { return !work.problem.empty() && work.problem != "log.not_yet_witnessed"; }

void tell_lacking(const Console& console, const agent::WorkView& work) {
    if (work.lacking.empty()) return;
    console.note("library.lacking", {{"count", static_cast<std::int64_t>(work.lacking.size())},
                                     {"names", printable(joined(work.lacking))},
                                     {"work", short_hex(work.chain)}});
}

void tell_left_out(const Console& console, const std::vector<agent::LeftOut>& left_out) {
    for (const auto& one : left_out) {
        console.note("library.left_out",
                     {{"name", printable(one.name)}, {"why", problem_text(console, "error", one.why)}});
    }
}

Result<ExitCode> list(Program& program, const agent::LibraryQuery& query) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto works, agent::list_works(agent, query));
    std::vector<Json> items;
    Table table{{{console.text("column.work")},
                 {console.text("column.kind")},
                 {console.text("column.version"), Narrow::cut},
                 {console.text("column.languages")},
                 {console.text("column.from"), Narrow::cut},
                 {console.text("column.title"), Narrow::cut},
                 {""}}};
    bool broken = false;
    for (const auto& one : works) {
        items.push_back(work_json(one));
        const auto* says = one.says();
        std::vector<std::string> languages;
        if (says != nullptr) {
            for (const auto& language : says->languages) {
                if (std::find(languages.begin(), languages.end(), language) == languages.end())
                    languages.push_back(language);
            }
        }
        table.row({short_hex(one.chain), says == nullptr ? "" : word(console, "work_kind", model::name_of(says->kind)),
                   says == nullptr ? "" : says->version, joined(languages), authority_text(console, one.publisher),
                   title_of(console, one), one.fresh ? console.text("library.new") : ""});
        broken = broken || is_broken(one);
    }
    console.print(Json{}.add("items", Json::array(items)));
    if (items.empty()) console.answer("library.none");
    console.answer(table);
    for (const auto& one : works) tell_lacking(console, one);
    return broken ? ExitCode::integrity : ExitCode::ok;
}

void show_version(const Console& console, const agent::EntryView& entry, bool current) {
    console.answer_text("");
    const bool gone = std::find(entry.warnings.begin(), entry.warnings.end(), "withdrawn") != entry.warnings.end();
    console.answer(gone      ? "library.version_gone"
                   : current ? "library.version_current"
                             : "library.version_earlier",
                   {{"version", printable(entry.work ? entry.work->version : "#" + std::to_string(entry.seq))},
                    {"when", format_date(console.language(), entry.at)},
                    {"member", printable(entry.author_name.empty() ? "–" : entry.author_name)}});
    for (const auto& warning : entry.warnings) {
        if (warning != "withdrawn") console.answer_line(problem_text(console, "warning", warning), 2);
    }
    if (!entry.work) return;
    const auto& says = *entry.work;
    console.answer_line(console.text("library.of", {{"kind", word(console, "work_kind", model::name_of(says.kind))},
                                                    {"date", printable(says.date)}}),
                        2);
    for (const auto& title : {says.title_en, says.title_fr}) {
        if (title) console.answer_line(printable(*title), 2);
    }
    for (const auto& summary : {says.summary_en, says.summary_fr}) {
        if (summary) console.answer_line(printable(*summary), 4);
    }
    Table files{{{""}, {""}, {"", Narrow::cut}, {"", Narrow::keep, Align::right}}};
    for (std::size_t i = 0; i < entry.attachments.size(); ++i) {
        const auto& file = entry.attachments[i];
        files.row({"   ", i < says.languages.size() ? says.languages[i] : "", file.name,
                   format_bytes(console.language(), file.size == 0 ? file.sealed_size : file.size)});
    }
    console.answer(files);
}

Result<ExitCode> show(Program& program, const std::string& name) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_work(agent, name));
    ROGATORY_TRY(const auto work, agent::show_work(agent, chain));
    console.print(work_json(work));
    if (!console.json()) {
        console.answer("library.head", {{"work", short_hex(chain)},
                                        {"title", printable(title_of(console, work))},
                                        {"publisher", authority_text(console, work.publisher)}});
        for (std::size_t i = 0; i < work.versions.size(); ++i) {
            show_version(console, work.versions[i], work.current == i);
        }
        tell_lacking(console, work);
    }
    return is_broken(work) ? ExitCode::integrity : ExitCode::ok;
}

Result<ExitCode> get(Program& program, const WorkOptions& options) {
    ROGATORY_TRY(auto examine, examiner(program, options.after));
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_work(agent, options.work));
    ROGATORY_TRY(const auto work, agent::show_work(agent, chain));
    agent::GetOrder order;
    order.chain = chain;
    ROGATORY_TRY(order.seq, agent::find_version(work, options.version));
    order.directory = options.out;
    order.overwrite = options.overwrite;
    order.examine = std::move(examine);
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(const auto got, agent::get(agent, order));
    return tell_got(program, chain, got);
}

Json left_out_json(const std::vector<agent::LeftOut>& left_out) {
    std::vector<Json> items;
    for (const auto& one : left_out) items.push_back(Json{}.add("name", one.name).add("why", one.why));
    return Json::array(items);
}

Result<ExitCode> publish(Program& program, const PublishOptions& options) {
    const auto& console = program.console();
    agent::PublishOrder order;
    ROGATORY_TRY(order.files, source_files(options.files, options.name));
    order.languages = options.languages;
    order.kind = options.kind;
    order.title_en = options.title_en;
    order.title_fr = options.title_fr;
    order.summary_en = options.summary_en;
    order.summary_fr = options.summary_fr;
    order.version = options.version;
    ROGATORY_TRY(auto agent, program.agent());
    order.date = options.date;
    if (!options.work.empty()) {
        ROGATORY_TRY(order.work, agent::find_work(agent, options.work));
    }
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(const auto published, agent::publish(agent, order, reconfirm(program)));
    program.observer().finish();
    std::vector<Json> files;
    for (const auto& file : published.sent.files) {
        files.push_back(
            Json{}.add("attachment", hex_text(file.attachment)).add("name", file.name).add("size", file.size));
    }
    console.print(Json{}
                      .add("event", "published")
                      .add("work", short_hex(published.sent.chain))
                      .add("dossier", hex_text(published.sent.chain))
                      .add("seq", published.sent.seq)
                      .add("entry", hex_text(published.sent.entry))
                      .add("files", Json::array(files))
                      .add("given", static_cast<std::uint64_t>(published.given))
                      .add("left_out", left_out_json(published.left_out))
                      .add("counting", published.sent.counting));
    console.answer("library.published",
                   {{"work", short_hex(published.sent.chain)}, {"count", static_cast<std::int64_t>(published.given)}});
    tell_left_out(console, published.left_out);
    if (!published.sent.counting) console.note("send.pending");
    return ExitCode::ok;
}

Result<ExitCode> share_with_new(Program& program, const std::string& name) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    std::optional<agent::Hash> work;
    if (!name.empty()) {
        ROGATORY_TRY(work, agent::find_work(agent, name));
    }
    ROGATORY_TRY(const auto given, agent::share_with_new(agent, work));
    console.print(Json{}
                      .add("given", Json::array(given.given))
                      .add("works", static_cast<std::uint64_t>(given.works))
                      .add("left_out", left_out_json(given.left_out)));
    if (given.given.empty()) {
        console.answer("library.nobody_new");
    } else {
        console.answer("library.given",
                       {{"count", static_cast<std::int64_t>(given.works)}, {"names", printable(joined(given.given))}});
    }
    tell_left_out(console, given.left_out);
    return ExitCode::ok;
}

Result<ExitCode> withdraw(Program& program, const WorkOptions& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    ROGATORY_TRY(const auto chain, agent::find_work(agent, options.work));
    ROGATORY_TRY(const auto work, agent::show_work(agent, chain));
    std::optional<std::uint64_t> seq;
    if (options.version) {
        ROGATORY_TRY(seq, agent::find_version(work, options.version));
    }
    ROGATORY_TRY(const auto yes, program.confirmed(seq ? "library.really_version" : "library.really_work",
                                                   {{"title", printable(title_of(console, work))},
                                                    {"version", printable(options.version.value_or(""))}}));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ROGATORY_TRY_VOID(agent::withdraw_work(agent, chain, seq, options.reason));
    Json json;
    json.add("work", short_hex(chain)).add("dossier", hex_text(chain));
    if (seq) json.add("seq", *seq);
    const auto copies = ask_about_copies(program);
    add_copies(json, copies);
    console.print(json.add("withdrawn", true));
    console.answer(seq ? "library.version_withdrawn_now" : "library.withdrawn_now",
                   {{"work", short_hex(chain)}, {"version", printable(options.version.value_or(""))}});
    tell_copies(console, copies);
    return ExitCode::ok;
}

std::vector<std::string> work_kinds() {
    const auto names = model::names_of<model::WorkKind>();
    return {names.begin(), names.end()};
}

}  // namespace

void add_library_verbs(Verbs& verbs) {
    auto& library = verbs.noun(verbs.root(), "library");
    const CLI::IsMember kinds{work_kinds()};

    const auto query = std::make_shared<agent::LibraryQuery>();
    auto& listing = verbs.verb(library, "list", [query](Program& program) { return list(program, *query); });
    verbs.option(listing, "--kind", query->kind, "KIND")->check(kinds);
    verbs.option(listing, "--language", query->language, "LANGUAGE");
    verbs.option(listing, "--search", query->words, "WORDS");

    const auto name = std::make_shared<std::string>();
    verbs
        .option(verbs.verb(library, "show", [name](Program& program) { return show(program, *name); }), "work", *name,
                "WORK")
        ->required();

    const auto getting = std::make_shared<WorkOptions>();
    auto& fetch = verbs.verb(library, "get", [getting](Program& program) { return get(program, *getting); });
    verbs.option(fetch, "work", getting->work, "WORK")->required();
    verbs.option(fetch, "--version", getting->version, "VERSION");
    verbs.option(fetch, "--out", getting->out, "FOLDER");
    verbs.flag(fetch, "--overwrite", getting->overwrite);
    verbs.option(fetch, "--after", getting->after, "COMMAND")->envname(kAfterVariable);

    const auto given = std::make_shared<PublishOptions>();
    auto& publishing = verbs.verb(library, "publish", [given](Program& program) { return publish(program, *given); });
    verbs.option(publishing, "files", given->files, "FILE")->required();
    verbs.option(publishing, "--work", given->work, "WORK");
    verbs.option(publishing, "--kind", given->kind, "KIND")->check(kinds);
    verbs.option(publishing, "--title-en", given->title_en, "TEXT");
    verbs.option(publishing, "--title-fr", given->title_fr, "TEXT");
    verbs.option(publishing, "--language", given->languages, "LANGUAGE")->required()->expected(1)->take_all();
    verbs.option(publishing, "--version", given->version, "VERSION");
    verbs.option(publishing, "--date", given->date, "DATE");
    verbs.option(publishing, "--summary-en", given->summary_en, "TEXT");
    verbs.option(publishing, "--summary-fr", given->summary_fr, "TEXT");
    verbs.option(publishing, "--name", given->name, "NAME");

    const auto of = std::make_shared<std::string>();
    auto& sharing =
        verbs.verb(library, "share-with-new", [of](Program& program) { return share_with_new(program, *of); });
    verbs.option(sharing, "work", *of, "WORK");

    const auto going = std::make_shared<WorkOptions>();
    auto& withdrawing =
        verbs.verb(library, "withdraw", [going](Program& program) { return withdraw(program, *going); });
    verbs.option(withdrawing, "work", going->work, "WORK")->required();
    verbs.option(withdrawing, "--version", going->version, "VERSION");
    verbs.option(withdrawing, "--reason", going->reason, "TEXT")->required();
}

}  // namespace rogatory::cli
