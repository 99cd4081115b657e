#include "web/server/command_list.hpp"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "platform/base/try.hpp"
#include "web/server/backup_commands.hpp"
#include "web/server/commands.hpp"
#include "web/server/config.hpp"
#include "web/server/init_wizard.hpp"
#include "web/server/log_repair.hpp"
#include "web/server/log_succession.hpp"
#include "web/server/mode.hpp"

namespace rogatory::server {
namespace {

Result<int> ended(const Result<>& outcome) {
    ROGATORY_TRY_VOID(outcome);
    return 0;
}

void add_init(CommandTree& tree, bool can_ask) {
    const auto given = std::make_shared<InitOptions>();
    auto& init = tree.command(tree.root(), "init", [given] {
        const bool said = !given->data.empty() && !given->host.empty();
        return ended(said ? server::init(*given) : init_by_questions(*given));
    });
    tree.option(init, "--data", given->data, "FOLDER")->required(!can_ask);
    tree.option(init, "--host", given->host, "HOST")->required(!can_ask);
    tree.option(init, "--admin-code-out", given->admin_code_out, "FILE");
    tree.option(init, "--sheet-out", given->sheet_out, "FILE");
    tree.option(init, "--policy", given->policy, "FILE");
    tree.option(init, "--web", given->web, "FOLDER");
    tree.flag(init, "--training", given->training);
    tree.flag(init, "--self-signed", given->self_signed);
}

void add_serving(CommandTree& tree) {
    const auto config = std::make_shared<std::string>();
    auto& serve = tree.command(tree.root(), "serve", [config] { return ended(server::serve(*config)); });
    tree.option(serve, "--config", *config, "FILE")->required();

    const auto checking = std::make_shared<CheckOptions>();
    auto& check = tree.command(tree.root(), "check", [checking]() -> Result<int> {
        const auto good = server::check(*checking);
        return good && *good ? 0 : 1;
    });
    tree.option(check, "--config", checking->config, "FILE")->required();
    tree.flag(check, "--quick", checking->quick);

    auto& settings = tree.group(tree.root(), "config");
    tree.command(settings, "example", []() -> Result<int> {
        std::fputs(example_config().c_str(), stdout);
        return 0;
    });

    const auto given = std::make_shared<ModeOptions>();
    auto& mode = tree.command(tree.root(), "mode", [given] { return ended(set_mode(*given)); });
    tree.option(mode, "--config", given->config, "FILE")->required();
    tree.option(mode, "mode", given->to, "MODE")->check(CLI::IsMember({"normal", "read-only", "maintenance"}));
    auto* const until = tree.option(mode, "--until", given->until, "DATE");
    tree.option(mode, "--minutes", given->minutes, "NUMBER")->excludes(until)->check(CLI::Range(1, 100'000));
}

void add_repair(CommandTree& tree, CLI::App& log) {
    struct Given {
        std::string config;
        std::string mirror;
        std::uint64_t size = 0;
    };
    const auto given = std::make_shared<Given>();
    auto& repair = tree.group(log, "repair");
    auto& status = tree.command(repair, "status", [given] { return ended(repair_status(given->config)); });
    tree.option(status, "--config", given->config, "FILE")->required();
    auto& mirror = tree.command(repair, "from-mirror",
                                [given] { return ended(repair_from_mirror(given->config, given->mirror)); });
    tree.option(mirror, "--config", given->config, "FILE")->required();
    tree.option(mirror, "url", given->mirror, "URL")->required();
    auto& newer = tree.command(repair, "nothing-newer",
                               [given] { return ended(repair_nothing_newer(given->config, given->size)); });
    tree.option(newer, "--config", given->config, "FILE")->required();
    tree.option(newer, "--size", given->size, "NUMBER")->required();
}

void add_log(CommandTree& tree) {
    auto& log = tree.group(tree.root(), "log");
    add_repair(tree, log);
    const auto given = std::make_shared<SucceedOptions>();
    auto& succeed = tree.command(log, "succeed", [given] { return ended(succeed_log(*given)); });
    tree.option(succeed, "--config", given->config, "FILE")->required();
    tree.option(succeed, "--checkpoint", given->checkpoints, "FILE");
    tree.flag(succeed, "--co-signers-asked", given->cosigners_asked);
    tree.option(succeed, "--policy", given->policy, "FILE");
    tree.option(succeed, "--lost", given->lost, "NUMBER");
    tree.option(succeed, "--sheet-out", given->sheet_out, "FILE");
    tree.flag(succeed, "--log-is-whole", given->whole);
    tree.flag(succeed, "--yes", given->yes);
    const auto config = std::make_shared<std::string>();
    auto& sheet = tree.command(log, "sheet", [config] { return ended(successor_sheet(*config)); });
    tree.option(sheet, "--config", *config, "FILE")->required();
}

void add_target(CommandTree& tree, CLI::App& command, std::filesystem::path& target, bool& json) {
    tree.option(command, "target", target, "FOLDER")->required();
    tree.flag(command, "--json", json);
}

void add_reading(CommandTree& tree, CLI::App& command, BackupReadOptions& given) {
    tree.option(command, "--name", given.name, "NAME");
    tree.option(command, "--identity", given.identities, "FILE");
    tree.option(command, "--signer", given.signer, "KEY");
    add_target(tree, command, given.target, given.json);
}

void add_create(CommandTree& tree, CLI::App& backup) {
    struct Given {
        BackupCreateOptions making;
        BackupPruneOptions pruning;
        bool then_prune = false;
    };
    const auto given = std::make_shared<Given>();
    auto& create = tree.command(backup, "create", [given] {
        if (!given->then_prune) return ended(backup_create(given->making));
        auto pruning = given->pruning;
        pruning.target = given->making.target;
        pruning.config = given->making.config;
        pruning.json = given->making.json;
        return ended(backup_create_then_prune(given->making, pruning));
    });
    tree.option(create, "--config", given->making.config, "FILE")->required();
    tree.option(create, "--recipient", given->making.recipients, "KEY");
    tree.option(create, "--recipients-file", given->making.recipient_files, "FILE");
    tree.option(create, "--log-key-recipient", given->making.log_key_recipients, "KEY");
    auto* const then = tree.flag(create, "--then-prune", given->then_prune);
    tree.option(create, "--keep", given->pruning.keep, "NUMBER")->needs(then);
    tree.option(create, "--keep-days", given->pruning.keep_days, "NUMBER")->needs(then);
    add_target(tree, create, given->making.target, given->making.json);
}

void add_opening(CommandTree& tree, CLI::App& backup) {
    const auto verifying = std::make_shared<BackupReadOptions>();
    auto& verify = tree.command(backup, "verify", [verifying] { return ended(backup_verify(*verifying)); });
    add_reading(tree, verify, *verifying);
    tree.option(verify, "--scratch", verifying->scratch, "FOLDER");
    const auto restoring = std::make_shared<BackupReadOptions>();
    auto& restore = tree.command(backup, "restore", [restoring] { return ended(backup_restore(*restoring)); });
    add_reading(tree, restore, *restoring);
    tree.option(restore, "--data", restoring->data, "FOLDER")->required();
    tree.option(restore, "--database-key", restoring->database_key, "FILE");
    tree.flag(restore, "--leave-out-damaged", restoring->leave_out_damaged);
}

void add_prune(CommandTree& tree, CLI::App& backup) {
    const auto rules = std::make_shared<BackupPruneOptions>();
    auto& prune = tree.command(backup, "prune", [rules] { return ended(backup_prune(*rules)); });
    tree.option(prune, "--keep", rules->keep, "NUMBER");
    tree.option(prune, "--keep-days", rules->keep_days, "NUMBER");
    tree.option(prune, "--config", rules->config, "FILE");
    add_target(tree, prune, rules->target, rules->json);
}

void add_holding(CommandTree& tree, CLI::App& backup) {
    const auto holding = std::make_shared<BackupHoldOptions>();
    auto& hold = tree.command(backup, "hold", [holding] { return ended(backup_hold(*holding)); });
    tree.option(hold, "--name", holding->name, "NAME")->required();
    tree.option(hold, "--reason", holding->reason, "TEXT")->required();
    add_target(tree, hold, holding->target, holding->json);
    const auto releasing = std::make_shared<BackupHoldOptions>();
    releasing->lifts = true;
    auto& release = tree.command(backup, "release", [releasing] { return ended(backup_hold(*releasing)); });
    tree.option(release, "--name", releasing->name, "NAME")->required();
    add_target(tree, release, releasing->target, releasing->json);
}

void add_backup(CommandTree& tree) {
    auto& backup = tree.group(tree.root(), "backup");
    add_create(tree, backup);
    add_opening(tree, backup);
    add_prune(tree, backup);
    const auto listing = std::make_shared<BackupReadOptions>();
    auto& list = tree.command(backup, "list", [listing] { return ended(backup_list(listing->target, listing->json)); });
    add_target(tree, list, listing->target, listing->json);
    add_holding(tree, backup);
}

void add_key(CommandTree& tree) {
    struct Given {
        std::string config;
        std::optional<std::filesystem::path> new_key;
    };
    const auto given = std::make_shared<Given>();
    auto& key = tree.group(tree.root(), "key");
    auto& rotate = tree.command(key, "rotate", [given] { return ended(key_rotate(given->config, given->new_key)); });
    tree.option(rotate, "--config", given->config, "FILE")->required();
    tree.option(rotate, "--new-key-out", given->new_key, "FILE");
}

}  // namespace

void add_commands(CommandTree& tree, bool can_ask) {
    add_init(tree, can_ask);
    add_serving(tree);
    add_log(tree);
    add_backup(tree);
    add_key(tree);
}

}  // namespace rogatory::server
