// seal: to a file, for somebody who cannot receive yet.
#include <fstream>
#include <iterator>

#include "platform/agent/seal_to_file.hpp"
#include "platform/base/try.hpp"
#include "web/cli/commands/policy_options.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/source_files.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

struct SealOptions {
    std::vector<std::string> files;
    std::string key;
    std::string key_file;
    std::string out;
    bool overwrite = false;
    std::string title;
    std::string message;
    PolicyOptions policy;
};

constexpr std::size_t kMostKeyBytes = 64 * 1024;

Result<std::string> key_of(const SealOptions& options) {
    if (options.key.empty() == options.key_file.empty()) return fail(Error{ErrorCode::invalid_input, "usage.seal_key"});
    if (!options.key.empty()) return options.key;
    std::ifstream in{options.key_file, std::ios::binary};
    std::string text(kMostKeyBytes, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad() || (!in && !in.eof()))
        return fail(Error{ErrorCode::invalid_input, "file.unreadable"}.with("file", options.key_file));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

void tell(Program& program, const agent::SealedToFile& sealed) {
    const auto& console = program.console();
    const auto name = sealed.path.string();
    console.print(Json{}
                      .add("event", "sealed")
                      .add("path", name)
                      .add("size", sealed.size)
                      .add("sha256", hex_text(sealed.sha256))
                      .add("key", sealed.kind)
                      .add("restriction_sheet", sealed.sheet.string()));
    console.answer("seal.done", {{"name", printable(name)}, {"size", format_bytes(console.language(), sealed.size)}});
    console.answer("seal.sheet", {{"name", printable(sealed.sheet.string())}});
    console.answer_text("SHA-256 " + hex_text(sealed.sha256));
    console.answer("seal.next");
    for (const auto* step : {"seal.next.hand_over", "seal.next.digest", "seal.next.open", "seal.next.note"})
        console.answer_line(console.text(step), 2);
    console.answer_text("  age -d -i key.txt " + printable(sealed.path.filename().string()) + " | tar -xf -");
}

Result<ExitCode> seal(Program& program, const SealOptions& options) {
    const auto& console = program.console();
    agent::SealToFileOrder order;
    ROGATORY_TRY(order.key, key_of(options));
    ROGATORY_TRY(const auto key, agent::read_paper_key(order.key));
    ROGATORY_TRY(order.files, source_files(options.files, ""));
    ROGATORY_TRY(order.policy, options.policy.order());
    order.out = options.out;
    order.overwrite = options.overwrite;
    order.title = options.title;
    order.message = options.message;
    ROGATORY_TRY(auto agent, program.agent());
    for (const auto* line :
         {"seal.means.no_record", "seal.means.no_receipt", "seal.means.no_way_back", "seal.means.yours_to_keep"})
        console.note(line);
    if (key.kind == "x25519") console.warn("seal.not_hybrid");
    ROGATORY_TRY(const auto yes, program.confirmed("seal.really"));
    if (!yes) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(const auto sealed, agent::seal_to_file(agent, order));
    program.observer().finish();
    tell(program, sealed);
    return ExitCode::ok;
}

}  // namespace

void add_seal_verbs(Verbs& verbs) {
    const auto given = std::make_shared<SealOptions>();
    auto& sealing = verbs.verb(verbs.root(), "seal", [given](Program& program) { return seal(program, *given); });
    verbs.option(sealing, "files", given->files, "FILE");
    verbs.option(sealing, "--to", given->key, "KEY");
    verbs.option(sealing, "--to-file", given->key_file, "FILE");
    verbs.option(sealing, "-o,--out", given->out, "FILE.tar.age")->required();
    verbs.flag(sealing, "--overwrite", given->overwrite);
    verbs.option(sealing, "--title", given->title, "TEXT");
    verbs.option(sealing, "--message", given->message, "TEXT");
    policy_options(verbs, sealing, given->policy);
}

}  // namespace rogatory::cli
