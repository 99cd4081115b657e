#include "storage/backup/restore.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include <sys/stat.h>

#include "crypto/encoding/hex.hpp"
#include "crypto/tlog/checkpoint.hpp"
#include "platform/base/try.hpp"
#include "platform/ports/ahead.hpp"
#include "platform/ports/restored.hpp"
#include "storage/failure.hpp"
#include "storage/log/sql_log.hpp"
#include "storage/sql_store.hpp"

namespace rogatory::storage {
namespace {

constexpr std::string_view kOpenedName = "opened.db";

void make_folder(const std::filesystem::path& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) throw StorageFailure{"make folder", errno};
}

// What a file is not; nothing when it is what was written.
std::optional<std::string> differs(const std::filesystem::path& file, std::uint64_t bytes,
                                   const crypto::Digest& sha256) {
    std::error_code absent;
    const auto length = std::filesystem::file_size(file, absent);
    if (absent) return "backup.part_missing";
    if (length < bytes) return "backup.part_truncated";
    const auto measured = measure_file(file);
    if (!measured) return measured.error().key();
    if (measured->bytes != bytes || measured->sha256 != sha256) return "backup.part_damaged";
    return std::nullopt;
}

// The last word of the line "<name> … <hex>".
std::optional<crypto::Ed25519Seed> seed_in(std::string_view rest, std::string_view name,
                                           std::string* origin = nullptr) {
    if (!rest.starts_with(name)) return std::nullopt;
    const auto space = rest.rfind(' ');
    if (space == std::string_view::npos || space < name.size()) return std::nullopt;
    if (origin != nullptr && space > name.size()) {
        *origin = std::string{rest.substr(name.size() + 1, space - name.size() - 1)};
    }
    auto bytes = encoding::hex_decode(rest.substr(space + 1));
    if (!bytes) return std::nullopt;
    auto seed = crypto::Ed25519Seed::from(*bytes);
    crypto::wipe(*bytes);
    return seed;
}

std::optional<DatabaseKey> key_in(const crypto::SecretText& text) {
    auto rest = text.expose_secret();
    constexpr std::string_view kName = "database-key ";
    if (!rest.starts_with(kName) || !rest.ends_with('\n')) return std::nullopt;
    rest = rest.substr(kName.size(), rest.size() - kName.size() - 1);
    auto bytes = encoding::hex_decode(rest);
    if (!bytes) return std::nullopt;
    auto key = DatabaseKey::from(*bytes);
    crypto::wipe(*bytes);
    return key;
}

// A backup that is being opened; its database lies in `work` meanwhile, under its own key.
class Opening {
public:
    Opening(const BackupTarget& target, const BackupTarget::Read& backup, const BackupIdentities& identities,
            std::filesystem::path work, ports::Emergency& emergency)
        : target_{target}, backup_{backup}, identities_{identities}, work_{std::move(work)}, emergency_{emergency} {}
    ~Opening() {
        database_.reset();
        std::error_code ignored;
        for (const auto* suffix : {"", "-wal", "-shm"}) {
            std::filesystem::remove(work_.string() + "/" + std::string{kOpenedName} + suffix, ignored);
        }
    }
    Opening(const Opening&) = delete;
    Opening& operator=(const Opening&) = delete;

    BackupOpened opened;

    [[nodiscard]] Database& database() { return *database_; }
    [[nodiscard]] const std::optional<crypto::Ed25519Seed>& log_seed() const { return log_seed_; }
    // Of the backups' own key; a backup in whose copy it still lies has none apart.
    [[nodiscard]] const std::optional<crypto::Ed25519Seed>& backup_seed() const { return backup_seed_; }
    [[nodiscard]] const std::optional<crypto::SecretText>& configuration() const { return configuration_; }

    // The keys and the database; of which anything is wrong, nothing more can be said.
    Result<> open_database() {
        ROGATORY_TRY(const auto keys, open_part(kKeysPart));
        const auto key = key_in(keys);
        if (!key) return fail(not_whole(kKeysPart));
        ROGATORY_TRY_VOID(open_log_key());
        if (backup_.manifest.part(kConfigurationPart) != nullptr) {
            auto text = open_part(kConfigurationPart);
            if (!text) return fail(not_whole(kConfigurationPart));
            configuration_.emplace(*std::move(text));
        }
        const auto file = work_ / kOpenedName;
        auto unsealed = open_file(identities_, part(kDatabasePart), file);
        if (!unsealed) return fail(std::move(unsealed).error());
        if (unsealed->sha256 != backup_.manifest.part(kDatabasePart)->sha256) return fail(not_whole(kDatabasePart));
        opened.database_bytes = unsealed->content_bytes;
        database_.emplace(file, *key, Database::Access::write, emergency_);
        if (!database_->integrity_faults().empty()) return fail(not_whole(kDatabasePart));
        return check_log();
    }

    // Every attachment that the database names, and none that it does not. `into` makes the place for one's
    // ciphertext; without it nothing is kept.
    Result<> open_blobs(const std::set<ports::UploadId>& withdrawn,
                        const std::function<std::filesystem::path(ports::UploadId)>& into) {
        std::map<ports::UploadId, crypto::Digest> named;
        {
            auto query = database_->query("SELECT id, sha256 FROM upload WHERE stage IN ('sealed', 'attached')");
            while (query.step()) named.emplace(query.id<ports::UploadId>(0), query.id<crypto::Digest>(1));
        }
        for (const auto& blob : backup_.blobs) {
            const auto found = named.find(blob.id);
            if (found == named.end() || found->second != blob.content_sha256) {
                fault(blob.path(), "backup.blob_unknown");
                continue;
            }
            named.erase(found);
            if (into && withdrawn.contains(blob.id)) {
                ++opened.withdrawn;
                continue;
            }
            const auto place = into ? std::optional{into(blob.id)} : std::nullopt;
            const auto read = open_file(identities_, target_.folder() / blob.path(), place);
            if (!read && read.error().code() == ErrorCode::storage_full) return fail(read.error());
            const bool good = read && read->sha256 == blob.sha256 && read->content_sha256 == blob.content_sha256;
            if (!good && place) std::filesystem::remove(*place);
            if (!read) {
                fault(blob.path(), read.error().key());
            } else if (!good) {
                fault(blob.path(), "backup.part_damaged");
            } else {
                ++opened.blobs;
                opened.blob_bytes += read->content_bytes;
            }
        }
        // Named by the database and not in the list: they were missing on the server's disk already.
        return {};
    }

private:
    [[nodiscard]] std::filesystem::path part(std::string_view name) const {
        return target_.of(backup_.manifest.name) / name;
    }
    [[nodiscard]] Error not_whole(std::string_view name) const {
        return Error{ErrorCode::integrity, "backup.not_whole"}.with("file",
                                                                    backup_.manifest.name + "/" + std::string{name});
    }
    [[nodiscard]] Result<crypto::SecretText> open_part(std::string_view name) const {
        return open_text(identities_, part(name), &backup_.manifest.part(name)->sha256);
    }
    void fault(std::string file, std::string key) { opened.faults.push_back({std::move(file), std::move(key)}); }

    Result<> open_log_key() {
        auto text = open_part(kLogKeyPart);
        if (!text) {
            // Sealed to others: that is allowed, and restoring needs them.
            if (text.error().key() == "age.no_match") return {};
            return fail(not_whole(kLogKeyPart));
        }
        auto rest = text->expose_secret();
        const auto end = rest.find('\n');
        if (end == std::string_view::npos || !rest.ends_with('\n')) return fail(not_whole(kLogKeyPart));
        std::string origin;
        log_seed_ = seed_in(rest.substr(0, end), "log-key", &origin);
        if (!log_seed_) return fail(not_whole(kLogKeyPart));
        rest.remove_prefix(end + 1);
        if (!rest.empty()) {
            backup_seed_ = seed_in(rest.substr(0, rest.size() - 1), "backup-key");
            if (!backup_seed_ || !signs_backups(*backup_seed_)) return fail(not_whole(kLogKeyPart));
        }
        const auto made = tlog::NoteKey::make(origin, tlog::SignatureType::ed25519,
                                              crypto::SigningKey::from_seed(*log_seed_).verify_key());
        if (!made || made->vkey() != backup_.manifest.log) return fail(not_whole(kLogKeyPart));
        opened.log_key = true;
        return {};
    }

    [[nodiscard]] bool signs_backups(const crypto::Ed25519Seed& seed) const {
        const auto made = tlog::NoteKey::make(backup_.signer.name(), tlog::SignatureType::ed25519,
                                              crypto::SigningKey::from_seed(seed).verify_key());
        return made && *made == backup_.signer;
    }

    Result<> check_log() {
        TreeMemory memory;
        const SqlLog log{*database_, memory};
        const auto& tree = backup_.manifest.tree;
        const auto identity = log.identity();
        if (!identity || identity->verifier_key != backup_.manifest.log || log.size() != tree.size) {
            return fail(not_whole(kDatabasePart));
        }
        if (const auto verified = log.verify({}); !verified) return fail(not_whole(kDatabasePart));
        if (crypto::Digest{log.root(tree.size).value()} != tree.root) return fail(not_whole(kDatabasePart));
        auto mark = database_->query("SELECT length(bytes) FROM server_value WHERE name = ?");
        if (!mark.bind(ports::kRestoredValue).step() || mark.count(0) != 40) return fail(not_whole(kDatabasePart));
        opened.entries = tree.size;
        return {};
    }

    const BackupTarget& target_;
    const BackupTarget::Read& backup_;
    const BackupIdentities& identities_;
    std::filesystem::path work_;
    ports::Emergency& emergency_;
    std::optional<Database> database_;
    std::optional<crypto::Ed25519Seed> log_seed_;
    std::optional<crypto::Ed25519Seed> backup_seed_;
    std::optional<crypto::SecretText> configuration_;
};

// What the backups of the target show of this log beyond the one that is restored: the largest checkpoint that the log
// has signed, or one that says another tree of a size that is there. A checkpoint proves itself: neither the rest of
// its backup nor who made that counts.
std::optional<tlog::SignedCheckpoint> shown_ahead(const BackupTarget& target, const Manifest& manifest,
                                                  const SqlLog& log) {
    const auto key = tlog::NoteKey::parse(manifest.log);
    if (!key) return std::nullopt;
    std::optional<tlog::SignedCheckpoint> largest;
    for (const auto& name : target.names()) {
        const auto note = read_small_file(target.of(name) / kCheckpointPart, tlog::kMaxNoteBytes);
        auto one = tlog::SignedCheckpoint::parse(note.value_or(std::string{}));
        if (!one) continue;
        const auto& head = one->checkpoint.head;
        const auto signature = tlog::log_signature(*key, *one);
        if (!signature || !tlog::verify_tree_head(*key, head, *signature)) continue;
        if (head.size <= manifest.tree.size) {
            if (log.root(head.size) == head.root) continue;
            return *std::move(one);  // nothing that is only larger outweighs it
        }
        if (!largest || largest->checkpoint.head.size < head.size) largest = *std::move(one);
    }
    return largest;
}

// As the server keeps what a client shows it; what the copy itself knew of already stays where it says more.
void write_ahead(Database& database, const Manifest& manifest, const tlog::SignedCheckpoint& checkpoint) {
    const auto key = tlog::NoteKey::parse(manifest.log);
    const auto& head = checkpoint.checkpoint.head;
    Bytes evidence = to_bytes(ByteView{crypto::big_endian(head.size)});
    {
        auto known = database.query("SELECT bytes FROM server_value WHERE name = ?");
        // Sizes are written with the highest byte first: they compare as bytes do.
        if (head.size > manifest.tree.size && known.bind(ports::kAheadValue).step() && known.view(0).size() >= 8 &&
            std::lexicographical_compare(evidence.begin(), evidence.begin() + 8, known.view(0).begin(),
                                         known.view(0).begin() + 8)) {
            return;
        }
    }
    append(evidence, head.root.value());
    append(evidence, tlog::log_signature(*key, checkpoint)->value());
    SqlJournal journal{database};
    journal.set_value(ports::kAheadValue, evidence);
    journal.set_value(ports::kAheadNoteValue, as_bytes(checkpoint.format()));
}

// Takes away what a restore has made, unless it came to its end.
class Made {
public:
    explicit Made(const Layout& layout) : layout_{layout}, folder_was_there_{std::filesystem::exists(layout.data)} {}
    ~Made() {
        if (done_) return;
        std::error_code ignored;
        if (!folder_was_there_) {
            std::filesystem::remove_all(layout_.data, ignored);
        } else {
            for (const auto& entry : std::filesystem::directory_iterator{layout_.data, ignored}) {
                std::filesystem::remove_all(entry.path(), ignored);
            }
        }
        if (key_) std::filesystem::remove(layout_.key(), ignored);
    }
    Made(const Made&) = delete;
    Made& operator=(const Made&) = delete;
    void key() { key_ = true; }
    void done() { done_ = true; }

private:
    const Layout& layout_;
    bool folder_was_there_;
    bool key_ = false;
    bool done_ = false;
};

// What an older backup has and the newest one in the target has not was withdrawn in between (or was never attached,
// and expired): it must not come back.
std::set<ports::UploadId> withdrawn_since(const BackupTarget& target, const BackupTarget::Read& backup) {
    std::set<ports::UploadId> gone;
    auto all = target.readable();
    std::erase_if(all, [&backup](const auto& one) { return one.signer != backup.signer; });
    if (all.empty() || !backup.manifest.before(all.back().manifest)) return gone;
    const auto& later = all.back();
    if (!later.absent) return gone;  // what it has not may have been missing on the server's disk
    std::set<ports::UploadId> there{later.absent->begin(), later.absent->end()};
    for (const auto& blob : later.blobs) there.insert(blob.id);
    for (const auto& blob : backup.blobs) {
        if (!there.contains(blob.id)) gone.insert(blob.id);
    }
    return gone;
}

// Before anything is opened: every part is the one that the manifest names.
Result<> check_parts(const BackupTarget& target, const BackupTarget::Read& backup) {
    for (const auto& part : backup.manifest.parts) {
        if (const auto wrong = differs(target.of(backup.manifest.name) / part.name, part.bytes, part.sha256)) {
            return fail(Error{ErrorCode::integrity, *wrong}.with("file", backup.manifest.name + "/" + part.name));
        }
    }
    return {};
}

}  // namespace

Result<> check_backup_signer(const BackupTarget::Read& backup, const std::string& signer) {
    if (signer == backup.signer.vkey()) return {};
    return fail(Error{ErrorCode::integrity, "backup.signer"}.with("signer", backup.signer.vkey()));
}

Result<std::vector<BackupFault>> check_backup_files(const BackupTarget& target, const BackupTarget::Read& backup) {
    std::vector<BackupFault> faults;
    const auto& manifest = backup.manifest;
    for (const auto& part : manifest.parts) {
        if (auto wrong = differs(target.of(manifest.name) / part.name, part.bytes, part.sha256)) {
            faults.push_back({manifest.name + "/" + part.name, *std::move(wrong)});
        }
    }
    const auto note = read_small_file(target.of(manifest.name) / kCheckpointPart, tlog::kMaxNoteBytes);
    const auto checkpoint = tlog::SignedCheckpoint::parse(note.value_or(std::string{}));
    const auto log = tlog::NoteKey::parse(manifest.log);
    if (!checkpoint || !log || !tlog::log_signature(*log, *checkpoint) ||
        checkpoint->checkpoint.head != manifest.tree) {
        faults.push_back({manifest.name + "/" + std::string{kCheckpointPart}, "backup.checkpoint"});
    }
    for (const auto& blob : backup.blobs) {
        if (auto wrong = differs(target.folder() / blob.path(), blob.bytes, blob.sha256)) {
            faults.push_back({blob.path(), *std::move(wrong)});
        }
    }
    return faults;
}

Result<BackupOpened> open_backup(const BackupTarget& target, const BackupTarget::Read& backup,
                                 const BackupIdentities& identities, const std::filesystem::path& scratch,
                                 ports::Emergency& emergency) {
    Opening opening{target, backup, identities, scratch, emergency};
    ROGATORY_TRY_VOID(opening.open_database());
    ROGATORY_TRY_VOID(opening.open_blobs({}, {}));
    return std::move(opening.opened);
}

Result<BackupOpened> restore_backup(const BackupTarget& target, const BackupTarget::Read& backup,
                                    const BackupIdentities& identities, const RestoreRequest& request,
                                    ports::Emergency& emergency) {
    const Layout layout{request.data, request.database_key};
    if (std::filesystem::exists(layout.data) && !std::filesystem::is_empty(layout.data)) {
        return fail(Error{ErrorCode::conflict, "backup.not_empty"}.with("folder", layout.data.string()));
    }
    Made made{layout};
    make_folder(layout.data);
    ROGATORY_TRY_VOID(check_parts(target, backup));
    // First, so that a key file that is there already is found before hours of copying.
    ROGATORY_TRY(const auto key, make_database_key(layout.key(), crypto::system_random()));
    made.key();
    make_folder(layout.blobs());
    Opening opening{target, backup, identities, layout.data, emergency};
    ROGATORY_TRY_VOID(opening.open_database());
    if (!opening.log_seed()) return fail(ErrorCode::integrity, "backup.log_key");
    ROGATORY_TRY_VOID(opening.open_blobs(withdrawn_since(target, backup), [&](ports::UploadId id) {
        const auto name = encoding::hex_encode(id.value());
        make_folder(layout.blobs() / name.substr(0, 2));
        return layout.blobs() / name.substr(0, 2) / name;
    }));
    if (!opening.opened.faults.empty() && !request.leave_out_damaged) {
        const auto& first = opening.opened.faults.front();
        return fail(Error{ErrorCode::integrity, "backup.not_whole", first.key}.with("file", first.file));
    }
    if (opening.configuration()) {
        ROGATORY_TRY_VOID(write_text(opening.configuration()->expose_secret(), layout.data / "rogatoryd.toml"));
    }
    const auto temporary = std::filesystem::path{layout.database().string() + ".new"};
    {
        Database database{temporary, key, Database::Access::create, emergency};
        database.copy_from(opening.database());
        database.query("UPDATE log SET seed = ? WHERE number = (SELECT max(number) FROM log)")
            .bind(ByteView{opening.log_seed()->expose_secret()})
            .run();
        if (opening.backup_seed()) {
            database.query("INSERT INTO server_value (name, bytes) VALUES (?, ?)")
                .bind(kBackupSignerValue, ByteView{opening.backup_seed()->expose_secret()})
                .run();
        }
        TreeMemory memory;
        if (const auto ahead = shown_ahead(target, backup.manifest, SqlLog{database, memory})) {
            write_ahead(database, backup.manifest, *ahead);
            opening.opened.ahead = ahead->checkpoint.head.size;
        }
        database.query("PRAGMA wal_checkpoint(TRUNCATE)").step_all();
    }
    sync_file_system(layout.data);
    std::filesystem::rename(temporary, layout.database());
    sync_directory_or_throw(layout.data);
    made.done();
    return std::move(opening.opened);
}

}  // namespace rogatory::storage
