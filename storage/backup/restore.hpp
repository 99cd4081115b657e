#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/ports/emergency.hpp"
#include "storage/backup/files.hpp"
#include "storage/backup/manifest.hpp"
#include "storage/backup/target.hpp"

namespace rogatory::storage {

// What is wrong with one file of a backup.
struct BackupFault {
    std::string file;  // within the target
    std::string key;   // of an error: "backup.part_missing", "backup.part_truncated", …
};

// What is known without any identity: the manifest and its signature, the checkpoint under the log's own signature, and
// of every file its length and digest. Errors: those of BackupTarget::read; integrity "backup.signer" {signer} when the
// manifest is not signed by the expected key.
[[nodiscard]] Result<std::vector<BackupFault>> check_backup_files(const BackupTarget& target,
                                                                  const BackupTarget::Read& backup);
[[nodiscard]] Result<> check_backup_signer(const BackupTarget::Read& backup, const std::string& signer);

struct BackupOpened {
    std::uint64_t entries = 0;  // of the log
    std::uint64_t blobs = 0;    // opened, and what the database says of them
    std::uint64_t blob_bytes = 0;
    std::uint64_t database_bytes = 0;
    std::uint64_t withdrawn = 0;  // attachments that a newer backup in the target does not have any more
    bool log_key = false;         // one of the identities opens it
    std::uint64_t ahead = 0;      // entries that this log has signed for, as another backup in the target shows; or 0
    std::vector<BackupFault> faults;
};

// Opens everything with the identities and keeps nothing: the database (in `scratch`, encrypted as it is), its pages,
// the log's tree against the signed checkpoint, and of every attachment the digest. Files of which something was found
// wrong are in `faults`. Errors: integrity "age.no_match" where no identity opens it.
[[nodiscard]] Result<BackupOpened> open_backup(const BackupTarget& target, const BackupTarget::Read& backup,
                                               const BackupIdentities& identities, const std::filesystem::path& scratch,
                                               ports::Emergency& emergency);

struct RestoreRequest {
    std::filesystem::path data;          // made, or empty
    std::filesystem::path database_key;  // where the new key goes; empty: into the data folder
    bool leave_out_damaged = false;      // attachments that are not what they were do not hold up the rest
};

// Makes a data folder of a backup, all of it or none that could be started: the database gets its name last. It has a
// new database key, and the log's signing key. Attachments that a newer backup in the target does not have any more
// were withdrawn, and are left out; what that one says it lacked itself was not. The server that starts on it records
// nothing before it is known that nothing came after the backup (ports::kRestoredValue), and only reads when any backup
// in the target has a larger checkpoint of this log, or another tree (ports::kAheadValue): the log is then repaired up
// to it (decision 1601). When it fails, what it has made goes again.
//
// conflict "backup.not_empty" {folder}; integrity "backup.not_whole" {file} at the first file that is not what it was,
// "backup.log_key" when no identity opens the log's key.
[[nodiscard]] Result<BackupOpened> restore_backup(const BackupTarget& target, const BackupTarget::Read& backup,
                                                  const BackupIdentities& identities, const RestoreRequest& request,
                                                  ports::Emergency& emergency);

}  // namespace rogatory::storage
