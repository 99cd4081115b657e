#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/primitives/sha256.hpp"
#include "crypto/tlog/merkle.hpp"
#include "crypto/tlog/note.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "platform/ports/ids.hpp"

// What a backup consists of, as text that a person can read and `sha256sum` can check. One note, signed by the server's
// backup key, binds every byte of it by digest.
namespace rogatory::storage {

inline constexpr std::string_view kDatabasePart = "database.age";
inline constexpr std::string_view kKeysPart = "keys.age";
inline constexpr std::string_view kLogKeyPart = "log-key.age";
inline constexpr std::string_view kConfigurationPart = "configuration.age";
inline constexpr std::string_view kCheckpointPart = "checkpoint";
inline constexpr std::string_view kBlobListPart = "blobs.txt";
inline constexpr std::string_view kAbsentPart = "absent.txt";  // attachments that the database names and this has not
inline constexpr std::string_view kManifestName = "manifest";
inline constexpr std::string_view kHoldName = "hold";  // of no manifest: it comes and goes
// The server's own value that holds the seed manifests are signed with; in a backup it lies in log-key.age.
inline constexpr const char* kBackupSignerValue = "backup.signing_key";

// A file of the backup's own folder.
struct BackupPart {
    std::string name;
    std::uint64_t bytes = 0;
    crypto::Digest sha256{};

    friend bool operator==(const BackupPart&, const BackupPart&) = default;
};

struct Manifest {
    std::string name;     // of its folder: when it was taken, UTC
    std::string signer;   // verifier key under which the manifest is signed
    std::string log;      // verifier key of the newest log
    tlog::TreeHead tree;  // of that log, in the copy
    UnixSeconds taken_at{};
    std::string previous;    // name of the backup before it in this target; empty: none was of use
    std::string recipients;  // 16 hex digits that differ when the recipients do
    std::uint64_t blobs = 0;
    std::uint64_t blob_bytes = 0;  // of their age files
    std::vector<BackupPart> parts;

    [[nodiscard]] const BackupPart* part(std::string_view name) const;
    // Whether this one holds less than `other`: by the log (a successor's number, then the tree's size), and by the
    // clock only where that is the same, for a clock may once have run ahead.
    [[nodiscard]] bool before(const Manifest& other) const;
    [[nodiscard]] std::string text() const;
    // integrity "backup.manifest_damaged".
    [[nodiscard]] static Result<Manifest> parse(std::string_view text);

    friend bool operator==(const Manifest&, const Manifest&) = default;
};

// Ciphertext of an attachment in a backup: sealed once more, to the backup's recipients.
struct BackupBlob {
    ports::UploadId id;
    std::uint64_t bytes = 0;  // of the age file in the backup
    crypto::Digest sha256{};
    std::uint64_t content_bytes = 0;  // of the ciphertext that it holds
    crypto::Digest content_sha256{};

    // Within the target. The digest is part of the name: the same attachment for other recipients is another file.
    [[nodiscard]] std::string path() const;

    friend bool operator==(const BackupBlob&, const BackupBlob&) = default;
};

[[nodiscard]] std::string format_blob_list(const std::vector<BackupBlob>& blobs);
// In ascending order of ids. integrity "backup.list_damaged".
[[nodiscard]] Result<std::vector<BackupBlob>> parse_blob_list(std::string_view text);

// Ids alone, in ascending order. integrity "backup.list_damaged".
[[nodiscard]] std::string format_absent_list(const std::vector<ports::UploadId>& ids);
[[nodiscard]] Result<std::vector<ports::UploadId>> parse_absent_list(std::string_view text);

// "20261129T120000Z"; with a number behind where that is taken.
[[nodiscard]] std::string backup_name(UnixSeconds at);
[[nodiscard]] bool is_backup_name(std::string_view name);

}  // namespace rogatory::storage
