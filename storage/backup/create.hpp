#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "crypto/age/hybrid.hpp"
#include "platform/ports/clock.hpp"
#include "platform/ports/emergency.hpp"
#include "storage/backup/manifest.hpp"
#include "storage/sql_store.hpp"

namespace rogatory::storage {

struct BackupRequest {
    Layout layout;
    std::filesystem::path target;
    std::vector<age::HybridRecipient> recipients;
    std::vector<age::HybridRecipient> log_key_recipients;  // who opens the log's signing key; empty: `recipients`
    std::string configuration;                             // the text of the server's configuration
};

// The server's own value that says when the last backup was taken: seconds (8).
inline constexpr const char* kBackupLastValue = "backup.last";

struct BackupMade {
    Manifest manifest;
    std::string signer;                    // verifier key of this server's backups
    std::optional<UnixSeconds> before;     // when the backup before it in this target was taken
    std::uint64_t new_blobs = 0;           // attachments written now; the others were in the target already
    std::uint64_t new_bytes = 0;           // written in all
    std::vector<ports::UploadId> missing;  // named by the database, and on the server's disk neither then nor later
    std::vector<ports::UploadId> damaged;  // on the disk, and not what the database says of them
    std::uint64_t resealed = 0;            // were in the target, and were not what had been written there
    unsigned snapshots = 1;                // copies of the database that were taken until one and the files agreed
};

// Makes a backup of a data folder, whether its server runs or not. The database is copied in one snapshot, log
// included; then every sealed attachment that the copy names is sealed once more into the target, where an earlier
// backup has not left it already. What the server deletes meanwhile makes a new copy of the database necessary, so that
// the one that is kept names nothing that is not there (decision 1801).
//
// The copy has a key of its own, which only `recipients` can open; it holds neither the log's signing key (a part of
// its own) nor sessions nor unfinished uploads, and says of itself that it is a copy (ports::kRestoredValue).
//
// not_found "init.missing"; unavailable "backup.running", "backup.target_locked"; unsupported "backup.schema" when the
// database is not of this program's version; storage_full "backup.target_full": the target is as it was. Throws
// StorageFailure.
[[nodiscard]] Result<BackupMade> create_backup(const BackupRequest& request, const ports::Clock& clock,
                                               ports::Emergency& emergency);

}  // namespace rogatory::storage
