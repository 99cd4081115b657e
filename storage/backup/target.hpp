#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/tlog/note.hpp"
#include "platform/base/result.hpp"
#include "storage/backup/manifest.hpp"
#include "storage/blobs/file.hpp"

namespace rogatory::storage {

// The folder that backups go to. Each has a folder of its own, named by its time, which gets that name only when
// everything in it is on the disk; the age files of attachments lie beside them and are shared:
//
//   20261129T120000Z/{manifest,checkpoint,blobs.txt,database.age,keys.age,log-key.age,configuration.age}
//   blobs/<two hex digits>/<id>-<digest>.age
//   lock
class BackupTarget {
public:
    // not_found "backup.no_target" when the folder is not there.
    [[nodiscard]] static Result<BackupTarget> open(const std::filesystem::path& folder);
    // Makes the folder where it is not there, and holds it against other writers: unavailable "backup.target_locked".
    [[nodiscard]] static Result<BackupTarget> open_to_write(const std::filesystem::path& folder);

    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
    [[nodiscard]] std::filesystem::path blobs() const { return folder_ / "blobs"; }
    [[nodiscard]] std::filesystem::path of(const std::string& name) const { return folder_ / name; }
    // Of a backup that is being made, or taken away: nobody takes it for one.
    [[nodiscard]] std::filesystem::path unfinished(const std::string& name) const {
        return folder_ / (".unfinished-" + name);
    }

    // Oldest first.
    [[nodiscard]] std::vector<std::string> names() const;
    // The one that holds most (Manifest::before), of this signer where he has made any; one that cannot be read and
    // bears a later time comes before it, so that whoever asks hears of it. not_found "backup.none".
    [[nodiscard]] Result<std::string> newest(const std::string& signer = {}) const;

    struct Read {
        Manifest manifest;
        tlog::NoteKey signer;
        std::vector<BackupBlob> blobs;
        // Named by the database, and missing or damaged on the server's disk when this was made; nothing where the
        // backup does not say.
        std::optional<std::vector<ports::UploadId>> absent;
    };
    // Those that can be read, by Manifest::before.
    [[nodiscard]] std::vector<Read> readable() const;
    // Manifest and list of blobs of a backup, with the signature and the digest of the list checked; what the other
    // parts are is not looked at. not_found "backup.not_there" {name}; integrity "backup.manifest_damaged",
    // "backup.list_damaged", "backup.signature", "backup.other_name", each with {name}.
    [[nodiscard]] Result<Read> read(const std::string& name) const;

    // What an interrupted run left; false when there was nothing. Within open_to_write alone.
    [[nodiscard]] bool clear_unfinished() const;
    // Takes a backup away, all of it or nothing as far as anybody can see.
    void remove(const std::string& name) const;
    // Why this backup is not pruned, whatever the rule says; nothing where it may be. A note of the operator's beside
    // it, which no signature covers: who can write here could delete it all.
    [[nodiscard]] std::optional<std::string> hold(const std::string& name) const;
    // Within open_to_write alone. invalid_input "backup.hold_reason" for what is no line of 1 to 500 bytes.
    [[nodiscard]] Result<> set_hold(const std::string& name, const std::string& why) const;
    // False: there was none.
    [[nodiscard]] bool release(const std::string& name) const;
    // Removes the age files of attachments that none of these backups lists; returns how many, and their bytes.
    struct Removed {
        std::uint64_t files = 0;
        std::uint64_t bytes = 0;
    };
    [[nodiscard]] Removed remove_unlisted(const std::vector<Read>& kept) const;

private:
    BackupTarget(std::filesystem::path folder, File lock) : folder_{std::move(folder)}, lock_{std::move(lock)} {}

    std::filesystem::path folder_;
    File lock_;
};

// A small file as a whole; nothing when it is not there or longer than `limit`.
[[nodiscard]] std::optional<std::string> read_small_file(const std::filesystem::path& file, std::size_t limit);
// Everything that was written to the file system of `folder` is on the disk when it returns; throws StorageFailure.
void sync_file_system(const std::filesystem::path& folder);

}  // namespace rogatory::storage
