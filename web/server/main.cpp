#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "web/server/backup_commands.hpp"
#include "web/server/commands.hpp"
#include "web/server/config.hpp"
#include "web/server/dialogue.hpp"
#include "web/server/init_wizard.hpp"
#include "web/server/log_repair.hpp"
#include "web/server/log_succession.hpp"
#include "web/server/mode.hpp"
#include "web/server/system.hpp"
#include "web/server/words.hpp"

namespace rogatory::server {
namespace {

Result<> print_example() {
    std::fputs(example_config().c_str(), stdout);
    return {};
}

class BackupCommands {
public:
    explicit BackupCommands(CLI::App& program) {
        group_ = program.add_subcommand("backup", "Copies of everything, for whoever holds the identity");
        group_->require_subcommand(1);
        create_ = group_->add_subcommand("create", "Make one, whether the server runs or not");
        create_->add_option("--config", making_.config, "TOML file")->required();
        create_->add_option("--recipient", making_.recipients, "An age1pq1… key, beside those of the configuration");
        create_->add_option("--recipients-file", making_.recipient_files, "A file of them, one a line");
        create_->add_option("--log-key-recipient", making_.log_key_recipients, "Who alone opens the log's signing key");
        auto* const then =
            create_->add_flag("--then-prune", then_prune_,
                              "Take away old ones by these rules once it is made, also where it ends with 3");
        create_->add_option("--keep", pruning_.keep, "So many, the newest")->needs(then);
        create_->add_option("--keep-days", pruning_.keep_days, "Those of so many days")->needs(then);
        add_target(create_, making_.target, making_.json);
        verify_ = group_->add_subcommand("verify", "Check every file; with an identity, open every one");
        add_reading(verify_);
        verify_->add_option("--scratch", reading_.scratch, "Where the database is opened for a while");
        restore_ = group_->add_subcommand("restore", "Make a new data folder of one");
        add_reading(restore_);
        restore_->add_option("--data", reading_.data, "A folder that is not there, or empty")->required();
        restore_->add_option("--database-key", reading_.database_key, "Where the new database key goes");
        restore_->add_flag("--leave-out-damaged", reading_.leave_out_damaged,
                           "Restore the rest where attachments are not what they were, and say which");
        prune_ = group_->add_subcommand("prune", "Take away old ones, and the attachments that no other one has");
        prune_->add_option("--keep", pruning_.keep, "So many, the newest");
        prune_->add_option("--keep-days", pruning_.keep_days, "Those of so many days");
        prune_->add_option("--config", pruning_.config, "TOML file: none stays longer than its backup.kept_days");
        add_target(prune_, pruning_.target, pruning_.json);
        list_ = group_->add_subcommand("list", "What there is, oldest first");
        add_target(list_, listing_.target, listing_.json);
        hold_ = group_->add_subcommand("hold", "Keep one from being pruned, for a reason that \"list\" shows");
        hold_->add_option("--name", holding_.name, "Which")->required();
        hold_->add_option("--reason", holding_.reason, "Whose order, and its date")->required();
        add_target(hold_, holding_.target, holding_.json);
        release_ = group_->add_subcommand("release", "Lift that hold");
        release_->add_option("--name", releasing_.name, "Which")->required();
        releasing_.lifts = true;
        add_target(release_, releasing_.target, releasing_.json);
    }

    [[nodiscard]] bool parsed() const { return group_->parsed(); }
    [[nodiscard]] Result<> run() const {
        if (create_->parsed()) return make();
        if (verify_->parsed()) return backup_verify(reading_);
        if (restore_->parsed()) return backup_restore(reading_);
        if (prune_->parsed()) return backup_prune(pruning_);
        if (hold_->parsed()) return backup_hold(holding_);
        if (release_->parsed()) return backup_hold(releasing_);
        return backup_list(listing_.target, listing_.json);
    }

private:
    [[nodiscard]] Result<> make() const {
        if (!then_prune_) return backup_create(making_);
        auto pruning = pruning_;
        pruning.target = making_.target;
        pruning.config = making_.config;
        pruning.json = making_.json;
        return backup_create_then_prune(making_, pruning);
    }
    static void add_target(CLI::App* command, std::filesystem::path& target, bool& json) {
        command->add_option("target", target, "Folder of the backups")->required();
        command->add_flag("--json", json, "Print JSON");
    }
    void add_reading(CLI::App* command) {
        command->add_option("--name", reading_.name, "Which; the newest otherwise");
        command->add_option("--identity", reading_.identities, "A file of AGE-SECRET-KEY-PQ-1… identities");
        command->add_option("--signer", reading_.signer, "The key that \"backup create\" printed");
        add_target(command, reading_.target, reading_.json);
    }

    CLI::App* group_ = nullptr;
    CLI::App* create_ = nullptr;
    CLI::App* verify_ = nullptr;
    CLI::App* restore_ = nullptr;
    CLI::App* prune_ = nullptr;
    CLI::App* list_ = nullptr;
    CLI::App* hold_ = nullptr;
    CLI::App* release_ = nullptr;
    bool then_prune_ = false;
    BackupCreateOptions making_;
    BackupReadOptions reading_;
    BackupPruneOptions pruning_;
    BackupReadOptions listing_;
    BackupHoldOptions holding_;
    BackupHoldOptions releasing_;
};

class KeyCommands {
public:
    explicit KeyCommands(CLI::App& program) {
        group_ = program.add_subcommand("key", "The key of the database");
        group_->require_subcommand(1);
        auto* const rotate = group_->add_subcommand("rotate", "Give the database a new key; the server must not run");
        rotate->add_option("--config", config_, "TOML file")->required();
        rotate->add_option("--new-key-out", new_key_, "Where the new key goes, instead of the old one's place");
    }
    [[nodiscard]] bool parsed() const { return group_->parsed(); }
    [[nodiscard]] Result<> run() const { return key_rotate(config_, new_key_); }

private:
    CLI::App* group_ = nullptr;
    std::string config_;
    std::optional<std::filesystem::path> new_key_;
};

int run(int argc, char** argv) {
    CLI::App program{"The Rogatory server"};
    program.set_version_flag("--version", "rogatoryd " ROGATORY_VERSION, "Print the version and end");
    program.require_subcommand(1);
    std::string config;
    InitOptions options;
    auto* const init = program.add_subcommand("init", "Make database, keys, log and the first administrator's code");
    // A person at a terminal is asked for what he did not say; a script is told that it is missing.
    const bool can_ask = Dialogue::possible();
    init->add_option("--data", options.data, "Folder for everything the server keeps")->required(!can_ask);
    init->add_option("--host", options.host, "Name (and :port) by which clients reach it")->required(!can_ask);
    init->add_option("--admin-code-out", options.admin_code_out, "File for the code, instead of standard output");
    init->add_option("--sheet-out", options.sheet_out, "File for the first founding sheet");
    init->add_option("--policy", options.policy, "Who co-signs the log, and how many must (a C2SP tlog-policy file)");
    init->add_option("--web", options.web, "Folder of the web client, instead of the one beside this program");
    init->add_flag("--training", options.training,
                   "For exercises with invented Parties: the page says so on every screen");
    init->add_flag("--self-signed", options.self_signed, "Write a certificate for trying things out");
    auto* const serve = program.add_subcommand("serve", "Serve until SIGTERM; SIGHUP reloads the certificate");
    serve->add_option("--config", config, "TOML file")->required();
    auto* const check = program.add_subcommand("check", "Read and verify everything, change nothing");
    CheckOptions checking;
    check->add_option("--config", checking.config, "TOML file")->required();
    check->add_flag("--quick", checking.quick, "Without reading the whole database and log");
    auto* const settings = program.add_subcommand("config", "What can be configured");
    settings->require_subcommand(1);
    settings->add_subcommand("example", "Print a configuration with every setting explained");
    ModeOptions mode_options;
    auto* const mode = program.add_subcommand(
        "mode", "Take a server that runs out of service for a while: people are told, in their language, until when");
    mode->add_option("--config", mode_options.config, "TOML file")->required();
    mode->add_option("to", mode_options.to,
                     "normal, read-only (what changes something is refused) or maintenance (all is)")
        ->check(CLI::IsMember({"normal", "read-only", "maintenance"}));
    auto* const until = mode->add_option("--until", mode_options.until, "2027-01-31T06:00Z: what people are told");
    mode->add_option("--minutes", mode_options.minutes, "The same, from now")
        ->excludes(until)
        ->check(CLI::Range(1, 100'000));
    auto* const log = program.add_subcommand("log", "What must be done with the log after a restored backup");
    log->require_subcommand(1);
    auto* const repair = log->add_subcommand("repair", "Bring a log that is behind up to what it has signed");
    repair->require_subcommand(1);
    auto* const status = repair->add_subcommand("status", "How far it is, and which places are missing");
    status->add_option("--config", config, "TOML file")->required();
    std::string mirror;
    auto* const from_mirror =
        repair->add_subcommand("from-mirror", "Take the log's entries from a witness's copy; the server must not run");
    from_mirror->add_option("--config", config, "TOML file")->required();
    from_mirror->add_option("url", mirror, "https://witness.example/mirror/<log>")->required();
    std::uint64_t held = 0;
    auto* const nothing_newer = repair->add_subcommand(
        "nothing-newer", "State that nothing was recorded after the backup that was restored; the server must not run");
    nothing_newer->add_option("--config", config, "TOML file")->required();
    nothing_newer->add_option("--size", held, "How many entries the log has, as \"repair status\" says")->required();
    SucceedOptions succeed_options;
    auto* const succeed = log->add_subcommand(
        "succeed", "End a log that cannot be repaired and found the one after it; the server must not run");
    succeed->add_option("--config", succeed_options.config, "TOML file")->required();
    succeed->add_option(
        "--checkpoint", succeed_options.checkpoints,
        "A checkpoint of the old log with its cosignatures, as a co-signer, a mirror or a client kept it");
    succeed->add_flag("--co-signers-asked", succeed_options.cosigners_asked,
                      "Every co-signer was asked for the newest he has signed, and what goes further was brought");
    succeed->add_option("--policy", succeed_options.policy, "Who co-signs the new log (a C2SP tlog-policy file)");
    succeed->add_option("--lost", succeed_options.lost, "How many entries are given up; without it nothing is done");
    succeed->add_option("--sheet-out", succeed_options.sheet_out, "File for the successor sheet");
    succeed->add_flag("--log-is-whole", succeed_options.whole, "Though nothing is lost: a key that must go");
    succeed->add_flag("--yes", succeed_options.yes, "Do not ask");
    auto* const sheet = log->add_subcommand("sheet", "Print the successor sheet; the server must not run");
    sheet->add_option("--config", config, "TOML file")->required();
    BackupCommands backup{program};
    KeyCommands keys{program};
    CLI11_PARSE(program, argc, argv);
    harden_process();
    if (check->parsed()) {
        const auto good = server::check(checking);
        return good && *good ? 0 : 1;
    }
    const bool said = !options.data.empty() && !options.host.empty();
    const auto done = init->parsed()            ? said ? server::init(options) : init_by_questions(options)
                                 : backup.parsed() ? backup.run()
                      : keys.parsed()           ? keys.run()
                      : nothing_newer->parsed() ? repair_nothing_newer(config, held)
                      : serve->parsed()         ? server::serve(config)
                      : status->parsed()        ? repair_status(config)
                      : succeed->parsed()       ? succeed_log(succeed_options)
                      : sheet->parsed()         ? successor_sheet(config)
                      : from_mirror->parsed()   ? repair_from_mirror(config, mirror)
                      : mode->parsed()          ? set_mode(mode_options)
                                                : print_example();
    if (done) return 0;
    tell(done.error());
    // It was made, or pruned, and whoever watches the timer sees that this is not all there is.
    const auto& key = done.error().key();
    return key == "backup.incomplete" || key == "backup.beyond_told" || key == "backup.clock_unsure" ? 3 : 1;
}

}  // namespace
}  // namespace rogatory::server

int main(int argc, char** argv) {
    try {
        return rogatory::server::run(argc, argv);
    } catch (const std::exception& broken) {  // the last of the three places where exceptions end
        std::fprintf(stderr, "rogatoryd: %s\n", broken.what());
    } catch (...) {
        std::fputs("rogatoryd: it broke off\n", stderr);
    }
    return 1;
}
