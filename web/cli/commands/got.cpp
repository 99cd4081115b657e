#include "web/cli/commands/got.hpp"

#include "web/cli/commands/show.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

// The worst of what is missing decides: a file that does not open weighs more than one that was withdrawn.
ExitCode exit_of_missing(const std::vector<std::pair<std::string, std::string>>& missing) {
    auto worst = ExitCode::ok;
    for (const auto& [id, key] : missing) {
        if (key.find("withdrawn") != std::string::npos) {
            if (worst == ExitCode::ok) worst = ExitCode::not_found;
        } else if (key.find("withheld") != std::string::npos || key == "log.not_yet_witnessed") {
            if (worst != ExitCode::integrity && worst != ExitCode::refused) worst = ExitCode::unavailable;
        } else if (key == "attachment.refused_here" || key == "attachment.refused_there" ||
                   key == "attachment.altered_here" || key == "attachment.altered_there") {
            if (worst != ExitCode::integrity) worst = ExitCode::refused;
        } else {
            worst = ExitCode::integrity;
        }
    }
    return worst;
}

}  // namespace

ExitCode tell_got(Program& program, const agent::Hash& chain, const agent::Got& got) {
    const auto& console = program.console();
    program.observer().finish();
    std::vector<Json> files;
    Table table{{{""}, {"", Narrow::cut}, {"", Narrow::keep, Align::right}, {""}}};
    bool restricted = false;
    for (const auto& file : got.files) {
        Json one;
        one.add("path", file.path.string())
            .add("name", file.name)
            .add("size", file.size)
            .add("sha256", hex_text(file.sha256))
            .add("seq", file.seq);
        if (file.restriction_sheet) one.add("restriction_sheet", file.restriction_sheet->string());
        files.push_back(one.add("already_there", file.already_there));
        table.row({" ", file.path.string(), format_bytes(console.language(), file.size),
                   file.already_there ? console.text("get.already_there") : ""});
        restricted = restricted || file.restriction_sheet.has_value();
    }
    std::vector<Json> missing;
    for (const auto& [id, key] : got.missing) missing.push_back(Json{}.add("attachment", id).add("problem", key));
    std::vector<Json> entries;
    for (const auto& entry : got.entries) entries.push_back(entry_json(entry));
    console.print(Json{}
                      .add("event", "got")
                      .add("dossier", hex_text(chain))
                      .add("files", Json::array(files))
                      .add("entries", Json::array(entries))
                      .add("missing", Json::array(missing)));
    for (const auto& entry : got.entries) {
        if (entry.message.empty() && entry.title.empty() && !restricts(entry.policy)) continue;
        console.answer("get.message", {{"who", authority_text(console, entry.author)},
                                       {"when", format_time(console.language(), entry.at)}});
        if (!entry.title.empty()) console.answer_line(printable(entry.title), 2);
        std::string_view rest{entry.message};
        while (!rest.empty()) {
            const auto end = rest.find('\n');
            console.answer_line(printable(rest.substr(0, end)), 4);
            rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        }
        // The half of the restrictions that is sealed is known only now.
        for (const auto& line : policy_lines(console, entry.policy)) console.answer_line(line, 2);
    }
    if (!got.files.empty()) console.answer("get.done", {{"count", static_cast<std::int64_t>(got.files.size())}});
    console.answer(table);
    if (restricted) console.note("get.sheet_beside");
    if (got.files.empty() && got.missing.empty() && got.entries.empty()) console.answer("get.nothing");
    for (const auto& [id, key] : got.missing)
        console.warn("get.missing", {{"id", id.substr(0, 12)}, {"why", problem_text(console, "error", key)}});
    return exit_of_missing(got.missing);
}

}  // namespace rogatory::cli
