#include "web/cli/commands/sent.hpp"

#include "web/cli/commands/show.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

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

}  // namespace

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& text : texts) out += (out.empty() ? "" : ", ") + text;
    return out;
}

ExitCode tell_sent(Program& program, const std::vector<agent::Sent>& sent) {
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

}  // namespace rogatory::cli
