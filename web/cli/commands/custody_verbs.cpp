// What anybody can check, and evidence to hand on: verify bundle, verify release, bundle make.
#include "platform/agent/custody.hpp"
#include "platform/base/try.hpp"
#include "web/cli/commands/show.hpp"
#include "web/cli/commands/verbs.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/report/pdf.hpp"
#include "web/cli/verify/bundle.hpp"
#include "web/cli/verify/release.hpp"

namespace rogatory::cli {
namespace {

namespace fs = std::filesystem;

struct MakeOptions {
    std::string dossier;
    std::vector<std::uint64_t> entries;
    std::vector<std::string> files;
    bool selective = false;
    bool history = false;
    bool with_keys = false;
    bool with_log = false;
    bool overwrite = false;
    fs::path out;
};

Result<ExitCode> make(Program& program, const MakeOptions& options) {
    const auto& console = program.console();
    ROGATORY_TRY(auto agent, program.agent());
    agent::BundleOrder order;
    ROGATORY_TRY(order.chain, agent::find_dossier(agent, options.dossier));
    order.selective = options.selective || !options.entries.empty() || !options.files.empty();
    order.entries = options.entries;
    order.files = options.files;
    order.history = options.history;
    order.keys = options.with_keys;
    order.log = options.with_log;
    order.overwrite = options.overwrite;
    order.out = options.out;
    if (order.keys && !order.selective) {
        ROGATORY_TRY(const auto sure, program.confirmed("custody.keys_sure"));
        if (!sure) return fail(ErrorCode::invalid_input, "prompt.cancelled");
    }
    ConsoleObserver::heed_interrupts();
    ROGATORY_TRY(const auto made, agent::make_bundle(agent, order));
    program.observer().finish();
    const auto& found = made.findings;
    console.print(Json{}
                      .add("event", "bundle")
                      .add("path", made.path.string())
                      .add("form", custody::to_text(found.form))
                      .add("dossier", model::to_hex(found.dossier))
                      .add("manifest_sha256", model::to_hex(found.manifest_sha256))
                      .add("keys", found.keys)
                      .add("bytes", found.total_bytes)
                      .add("proof_bytes", found.proof_bytes));
    console.answer("custody.made", {{"file", made.path.string()},
                                    {"size", format_bytes(console.language(), found.total_bytes)},
                                    {"proof", format_bytes(console.language(), found.proof_bytes)}});
    console.answer_line(model::to_hex(found.manifest_sha256), 2);
    if (found.keys) console.warn("custody.holds_keys");
    console.answer("custody.check_it", {{"file", made.path.string()}});
    return ExitCode::ok;
}

}  // namespace

void add_custody_verbs(Verbs& verbs, CLI::App& verify) {
    const auto given = std::make_shared<BundleToCheck>();
    auto& checking = verbs.verb(
        verify, "bundle", [given](Program& program) { return check_bundle(program.console(), *given, pdf_report); });
    verbs.option(checking, "file", given->file, "FILE")->required();
    verbs.option(checking, "--party", given->parties, "CODE=FINGERPRINT")->expected(1)->take_all();
    verbs.option(checking, "--sheet", given->sheet, "FILE");
    verbs.option(checking, "--report", given->reports, "FILE")->expected(1)->take_all();
    verbs.option(checking, "--extract", given->extract, "FOLDER");
    verbs.flag(checking, "--overwrite", given->overwrite);

    const auto release = std::make_shared<ReleaseToCheck>();
    auto& trying = verbs.verb(verify, "release",
                              [release](Program& program) { return check_release(program.console(), *release); });
    verbs.option(trying, "folder", release->folder, "FOLDER")->required();
    verbs.option(trying, "--signers", release->signers, "FILE")->required();

    const auto wanted = std::make_shared<MakeOptions>();
    auto& making = verbs.verb(verbs.noun(verbs.root(), "bundle"), "make",
                              [wanted](Program& program) { return make(program, *wanted); });
    verbs.option(making, "dossier", wanted->dossier, "DOSSIER")->required();
    verbs.option(making, "--entry", wanted->entries, "ENTRY")->expected(1)->take_all();
    verbs.option(making, "--file", wanted->files, "NAME")->expected(1)->take_all();
    verbs.flag(making, "--selective", wanted->selective);
    verbs.flag(making, "--history", wanted->history);
    verbs.flag(making, "--with-keys", wanted->with_keys);
    verbs.flag(making, "--with-log", wanted->with_log);
    verbs.flag(making, "--overwrite", wanted->overwrite);
    verbs.option(making, "--out", wanted->out, "FILE")->required();
}

}  // namespace rogatory::cli
