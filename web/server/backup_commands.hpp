#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/result.hpp"

// `rogatoryd backup …` and `rogatoryd key …` (decisions 1801, 1802). What happened is printed a fact a line, or as one
// JSON object.
namespace rogatory::server {

struct BackupCreateOptions {
    std::filesystem::path config;
    std::filesystem::path target;
    std::vector<std::string> recipients;          // beside those of the configuration
    std::vector<std::string> log_key_recipients;  // likewise
    std::vector<std::filesystem::path> recipient_files;
    bool json = false;
};
[[nodiscard]] Result<> backup_create(const BackupCreateOptions& options);

// How many different people could open backups by this file. What it fails with: "file.unreadable" {file},
// "backup.recipient", what the age format finds wrong.
[[nodiscard]] Result<std::size_t> count_backup_recipients(const std::filesystem::path& file);

struct BackupReadOptions {
    std::filesystem::path target;
    std::string name;  // the newest otherwise
    std::vector<std::filesystem::path> identities;
    std::string signer;
    std::filesystem::path scratch;  // of verify; the system's place for temporary files otherwise
    std::filesystem::path data;     // of restore
    std::filesystem::path database_key;
    bool leave_out_damaged = false;
    bool json = false;
};
// Fails when anything is not what it was; each file of which that is so is named on standard error.
[[nodiscard]] Result<> backup_verify(const BackupReadOptions& options);
[[nodiscard]] Result<> backup_restore(const BackupReadOptions& options);

struct BackupPruneOptions {
    std::filesystem::path target;
    std::optional<std::uint64_t> keep;       // so many, the newest
    std::optional<std::uint64_t> keep_days;  // and those that are not older
    std::filesystem::path config;            // whose backup.kept_days none outlives
    bool json = false;
};
// Fails with "backup.beyond_told" or "backup.clock_unsure" {count, days} where it is done, and backups without a hold
// are older than people are told.
[[nodiscard]] Result<> backup_prune(const BackupPruneOptions& options);
// Prunes once a newer one is there, also one that lacks what the server has lost ("backup.incomplete").
[[nodiscard]] Result<> backup_create_then_prune(const BackupCreateOptions& making, const BackupPruneOptions& pruning);
struct BackupHoldOptions {
    std::filesystem::path target;
    std::string name;
    std::string reason;
    bool lifts = false;  // the hold that there is
    bool json = false;
};
// A backup on hold is not pruned.
[[nodiscard]] Result<> backup_hold(const BackupHoldOptions& options);
[[nodiscard]] Result<> backup_list(const std::filesystem::path& target, bool json);

// The server must not run.
[[nodiscard]] Result<> key_rotate(const std::filesystem::path& config,
                                  const std::optional<std::filesystem::path>& new_key);

}  // namespace rogatory::server
