#include "storage/backup/create.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/encoding/hex.hpp"
#include "crypto/labels.hpp"
#include "crypto/primitives/random.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/ports/restored.hpp"
#include "storage/backup/files.hpp"
#include "storage/backup/target.hpp"
#include "storage/failure.hpp"
#include "storage/migrations/migrations.hpp"

namespace rogatory::storage {
namespace {

constexpr unsigned kMostSnapshots = 4;
constexpr std::string_view kCopyName = "copy.db";

// The server may be of another version while this program runs beside it; what it cannot read it does not copy.
Result<> same_schema(Database& database) {
    const auto known = migrations();
    auto query = database.query("SELECT count(*), coalesce(max(name), '') FROM schema_migration");
    ensure(query.step(), "an aggregate gives a row");
    if (query.count(0) == known.size() && query.text(1) == known.back().name) return {};
    return fail(Error{ErrorCode::unsupported, "backup.schema"}.with("name", query.text(1)));
}

// 16 hex digits that differ when the recipients do.
std::string recipients_tag(const std::vector<age::HybridRecipient>& recipients) {
    std::set<std::string> texts;
    for (const auto& one : recipients) texts.insert(one.text());
    crypto::Sha256 hash;
    for (const auto& text : texts) hash.update(as_bytes(text)).update(as_bytes("\n"));
    return encoding::hex_encode(hash.finish().value()).substr(0, 16);
}

// Signs manifests under "<host>/backup". Made at the first backup; it goes with the database from then on.
struct ManifestSigner {
    tlog::NoteKey key;
    crypto::SigningKey signing;
    crypto::SecretText line;  // "backup-key <hex>\n"

    static Result<ManifestSigner> of(Database& database) {
        const auto seed = crypto::Ed25519Seed::random(crypto::system_random());
        database.query("INSERT INTO server_value (name, bytes) VALUES (?, ?) ON CONFLICT (name) DO NOTHING")
            .bind(kBackupSignerValue, ByteView{seed.expose_secret()})
            .run();
        auto query = database.query("SELECT bytes FROM server_value WHERE name = ?");
        ensure(query.bind(kBackupSignerValue).step(), "it was put there");
        const auto kept = crypto::Ed25519Seed::from(query.view(0));
        TreeMemory memory;
        const auto log = SqlLog{database, memory}.identity();
        if (!kept || !log) throw StorageFailure{"the backup's signing key is damaged"};
        auto signing = crypto::SigningKey::from_seed(*kept);
        ROGATORY_TRY(auto key, tlog::NoteKey::make(log->origin.substr(0, log->origin.find('/')) + "/backup",
                                                   tlog::SignatureType::ed25519, signing.verify_key()));
        auto hex = encoding::hex_encode(kept->expose_secret());
        std::string line = "backup-key " + hex + "\n";
        crypto::wipe(hex);
        return ManifestSigner{std::move(key), std::move(signing), crypto::SecretText{std::move(line)}};
    }
    [[nodiscard]] std::string sign(const std::string& text) const {
        const auto signature = signing.sign(as_bytes(text));
        return tlog::Note{text, {{key.name(), key.id(), to_bytes(ByteView{signature.value()})}}}.format();
    }
};

struct Wanted {
    ports::UploadId id;
    std::uint64_t length = 0;
    crypto::Digest sha256{};
};

// One run. What it has made goes with it unless it was finished.
class Run {
public:
    Run(const BackupRequest& request, const ports::Clock& clock, ports::Emergency& emergency, BackupTarget target)
        : request_{request}, clock_{clock}, emergency_{emergency}, target_{std::move(target)} {}
    ~Run() {
        if (finished_) return;
        std::error_code ignored;
        if (!name_.empty()) std::filesystem::remove_all(target_.unfinished(name_), ignored);
        for (const auto& file : sealed_now_) std::filesystem::remove(file.second, ignored);
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    Result<BackupMade> make() {
        ROGATORY_TRY(const auto key, read_database_key(database_key_file(request_.layout)));
        Database live{request_.layout.database(), key, Database::Access::write, emergency_};
        ROGATORY_TRY_VOID(same_schema(live));
        ROGATORY_TRY(const auto signer, ManifestSigner::of(live));
        made_.signer = signer.key.vkey();
        made_.manifest.signer = made_.signer;
        made_.manifest.recipients = recipients_tag(request_.recipients);
        ROGATORY_TRY_VOID(after_interruption());
        signer_line_ = &signer.line;
        recall_earlier(signer.key);
        ROGATORY_TRY_VOID(copy_all(live));
        ROGATORY_TRY_VOID(seal_parts());
        ROGATORY_TRY_VOID(finish(signer));
        note_in(live);
        return std::move(made_);
    }

private:
    [[nodiscard]] std::filesystem::path folder() const { return target_.unfinished(name_); }
    [[nodiscard]] std::filesystem::path copy() const { return folder() / kCopyName; }

    // A run that was killed leaves attachments that no backup lists.
    Result<> after_interruption() {
        if (!target_.clear_unfinished()) return {};
        std::vector<BackupTarget::Read> kept;
        for (const auto& name : target_.names()) {
            auto read = target_.read(name);
            if (!read) return {};  // what it lists is not known: prune says so, and making a new backup goes before
            kept.push_back(*std::move(read));
        }
        static_cast<void>(target_.remove_unlisted(kept));
        return {};
    }

    // What the newest backup of ours in this target has already, for the same recipients.
    void recall_earlier(const tlog::NoteKey& signer) {
        auto all = target_.readable();
        std::reverse(all.begin(), all.end());
        for (const auto& read : all) {
            if (read.signer != signer) continue;
            if (!made_.before) {
                made_.before = read.manifest.taken_at;
                made_.manifest.previous = read.manifest.name;
            }
            if (read.manifest.recipients != made_.manifest.recipients) continue;
            for (const auto& blob : read.blobs) known_.emplace(blob.id, blob);
            return;
        }
    }

    // A file of an earlier backup is reused only when every byte of it is what was written: one that has gone bad would
    // otherwise be in every backup from then on. Once a run, whatever the number of snapshots.
    bool still_good(const BackupBlob& blob) {
        if (measured_.contains(blob.id)) return true;
        try {
            const auto found = measure_file(target_.folder() / blob.path());
            if (found && found->bytes == blob.bytes && found->sha256 == blob.sha256) {
                measured_.insert(blob.id);
                return true;
            }
        } catch (const StorageFailure&) {
            // A place of the disk that cannot be read is no better than one that has changed.
        }
        ++made_.resealed;
        known_.erase(blob.id);
        return false;
    }

    // The copy, then the files that it names; and once more where the server has deleted one meanwhile.
    Result<> copy_all(Database& live) {
        std::vector<ports::UploadId> missing_before;
        for (made_.snapshots = 1;; ++made_.snapshots) {
            ROGATORY_TRY(const auto wanted, take_snapshot(live));
            made_.missing.clear();
            made_.damaged.clear();
            blobs_.clear();
            for (const auto& one : wanted) ROGATORY_TRY_VOID(take_blob(one));
            // Gone for good, or gone again and again: the backup says which they are, and is made all the same.
            if (made_.missing.empty() || made_.missing == missing_before || made_.snapshots == kMostSnapshots) break;
            missing_before = made_.missing;
        }
        // What was sealed for an earlier copy and withdrawn since is in no backup.
        std::set<ports::UploadId> kept;
        for (const auto& blob : blobs_) kept.insert(blob.id);
        for (const auto& [id, file] : sealed_now_) {
            if (!kept.contains(id)) std::filesystem::remove(file);
        }
        std::erase_if(sealed_now_, [&kept](const auto& one) { return !kept.contains(one.first); });
        return {};
    }

    Result<std::vector<Wanted>> take_snapshot(Database& live) {
        if (name_.empty()) {
            const auto base = backup_name(clock_.now());
            name_ = base;
            for (unsigned i = 2; std::filesystem::exists(target_.of(name_)); ++i) {
                name_ = base + "-" + std::to_string(i);
            }
            if (::mkdir(folder().c_str(), 0700) != 0) {
                const int error = errno;
                name_.clear();
                if (error == ENOSPC || error == EDQUOT) return fail(ErrorCode::storage_full, "backup.target_full");
                throw StorageFailure{"make backup folder", error};
            }
        }
        for (const auto* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(copy().string() + suffix);
        copy_key_.emplace(DatabaseKey::random(crypto::system_random()));
        // Before the snapshot is fixed: everything acknowledged until then is in it.
        made_.manifest.taken_at = clock_.now();
        Database into{copy(), *copy_key_, Database::Access::create, emergency_};
        {
            const Transaction snapshot{live, Transaction::Kind::read};
            into.copy_from(live);
        }
        return clean(into);
    }

    // Leaves out of the copy what must not be in it, and says in it that it is one.
    Result<std::vector<Wanted>> clean(Database& into) {
        TreeMemory memory;
        const SqlLog log{into, memory};
        const auto identity = log.identity();
        if (!identity) return fail(ErrorCode::not_found, "init.missing");
        made_.manifest.log = identity->verifier_key;
        made_.manifest.tree = {log.size(), crypto::Digest{log.root(log.size()).value()}};
        checkpoint_ = log.checkpoint();
        {
            auto query = into.query("SELECT origin, seed FROM log WHERE seed IS NOT NULL");
            if (!query.step()) return fail(ErrorCode::not_found, "init.missing");
            auto seed = encoding::hex_encode(query.view(1));
            std::string text;
            text.reserve(1024);  // it does not move: nothing of it is left elsewhere
            text.append("log-key ").append(query.text(0)).append(" ").append(seed).append("\n");
            text += signer_line_->expose_secret();
            crypto::wipe(seed);
            log_key_ = crypto::SecretText{std::move(text)};
        }
        Transaction transaction{into, Transaction::Kind::write};
        into.query("UPDATE log SET seed = NULL").run();
        // Who opens the copy must not be able to sign another one in this server's name.
        into.query("DELETE FROM server_value WHERE name = ?").bind(kBackupSignerValue).run();
        into.query("DELETE FROM session").run();
        into.query("DELETE FROM upload WHERE stage = 'receiving'").run();
        Bytes mark = to_bytes(ByteView{crypto::big_endian(made_.manifest.tree.size)});
        append(mark, made_.manifest.tree.root.value());
        into.query(R"(
            INSERT INTO server_value (name, bytes) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes
        )")
            .bind(ports::kRestoredValue, mark)
            .run();
        transaction.commit();
        std::vector<Wanted> wanted;
        {
            auto query =
                into.query("SELECT id, length, sha256 FROM upload WHERE stage IN ('sealed', 'attached') ORDER BY id");
            while (query.step()) {
                wanted.push_back({query.id<ports::UploadId>(0), query.count(1), query.id<crypto::Digest>(2)});
            }
        }
        into.query("PRAGMA wal_checkpoint(TRUNCATE)").step_all();
        return wanted;
    }

    Result<> take_blob(const Wanted& wanted) {
        if (const auto known = known_.find(wanted.id);
            known != known_.end() && known->second.content_sha256 == wanted.sha256) {
            const auto blob = known->second;
            if (still_good(blob)) {
                blobs_.push_back(blob);
                return {};
            }
        }
        const auto name = encoding::hex_encode(wanted.id.value());
        const auto path = request_.layout.blobs() / name.substr(0, 2) / name;
        const File content{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
        if (!content) {
            if (errno != ENOENT) throw StorageFailure{"open blob", errno};
            made_.missing.push_back(wanted.id);
            return {};
        }
        const auto shelf = target_.blobs() / name.substr(0, 2);
        if (::mkdir(shelf.c_str(), 0700) != 0 && errno != EEXIST) {
            if (errno == ENOSPC || errno == EDQUOT) return fail(ErrorCode::storage_full, "backup.target_full");
            throw StorageFailure{"make backup folder", errno};
        }
        const auto temporary = folder() / name;
        ROGATORY_TRY(const auto sealed, seal_file(request_.recipients, content, temporary));
        if (sealed.content_bytes != wanted.length || sealed.content_sha256 != wanted.sha256) {
            std::filesystem::remove(temporary);
            made_.damaged.push_back(wanted.id);
            return {};
        }
        const BackupBlob blob{wanted.id, sealed.bytes, sealed.sha256, sealed.content_bytes, sealed.content_sha256};
        const auto file = target_.folder() / blob.path();
        std::filesystem::rename(temporary, file);
        sealed_now_.emplace(blob.id, file);
        measured_.insert(blob.id);
        known_.insert_or_assign(blob.id, blob);
        blobs_.push_back(blob);
        return {};
    }

    void add_part(std::string_view name, const SealedFile& file) {
        made_.manifest.parts.push_back({std::string{name}, file.bytes, file.sha256});
        made_.new_bytes += file.bytes;
    }

    Result<> seal_parts() {
        {
            const File content{::open(copy().c_str(), O_RDONLY | O_CLOEXEC)};
            if (!content) throw StorageFailure{"open the copy of the database", errno};
            ROGATORY_TRY(const auto sealed, seal_file(request_.recipients, content, folder() / kDatabasePart));
            add_part(kDatabasePart, sealed);
        }
        for (const auto* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(copy().string() + suffix);
        auto hex = encoding::hex_encode(copy_key_->expose_secret());
        const crypto::SecretText keys{"database-key " + hex + "\n"};
        crypto::wipe(hex);
        ROGATORY_TRY(const auto sealed_keys,
                     seal_text(request_.recipients, keys.expose_secret(), folder() / kKeysPart));
        add_part(kKeysPart, sealed_keys);
        const auto& log_recipients =
            request_.log_key_recipients.empty() ? request_.recipients : request_.log_key_recipients;
        ROGATORY_TRY(const auto sealed_log_key,
                     seal_text(log_recipients, log_key_.expose_secret(), folder() / kLogKeyPart));
        add_part(kLogKeyPart, sealed_log_key);
        if (!request_.configuration.empty()) {
            ROGATORY_TRY(const auto sealed,
                         seal_text(request_.recipients, request_.configuration, folder() / kConfigurationPart));
            add_part(kConfigurationPart, sealed);
        }
        ROGATORY_TRY(const auto checkpoint, write_text(as_text(checkpoint_), folder() / kCheckpointPart));
        add_part(kCheckpointPart, checkpoint);
        ROGATORY_TRY(const auto list, write_text(format_blob_list(blobs_), folder() / kBlobListPart));
        add_part(kBlobListPart, list);
        auto gone = made_.missing;
        gone.insert(gone.end(), made_.damaged.begin(), made_.damaged.end());
        std::sort(gone.begin(), gone.end());
        ROGATORY_TRY(const auto absent, write_text(format_absent_list(gone), folder() / kAbsentPart));
        add_part(kAbsentPart, absent);
        return {};
    }

    Result<> finish(const ManifestSigner& signer) {
        auto& manifest = made_.manifest;
        manifest.name = name_;
        manifest.blobs = blobs_.size();
        for (const auto& blob : blobs_) manifest.blob_bytes += blob.bytes;
        made_.new_blobs = sealed_now_.size();
        for (const auto& blob : blobs_) made_.new_bytes += sealed_now_.contains(blob.id) ? blob.bytes : 0;
        ROGATORY_TRY(const auto written, write_text(signer.sign(manifest.text()), folder() / kManifestName));
        made_.new_bytes += written.bytes;
        // Everything is on the disk before anything bears the name of a backup.
        sync_file_system(target_.folder());
        std::filesystem::rename(folder(), target_.of(name_));
        finished_ = true;
        sync_directory_or_throw(target_.folder());
        return {};
    }

    // For whoever watches the server. It is no part of the backup: where the database is busy, it is left out.
    void note_in(Database& live) const {
        try {
            SqlJournal journal{live};
            Transaction transaction{live, Transaction::Kind::write};
            journal.set_value(kBackupLastValue,
                              crypto::big_endian(static_cast<std::uint64_t>(made_.manifest.taken_at)));
            journal.audit({0, clock_.now(), "-", "backup.made", name_, "done", {}});
            transaction.commit();
        } catch (const StorageFailure&) {
            return;
        }
    }

    const BackupRequest& request_;
    const ports::Clock& clock_;
    ports::Emergency& emergency_;
    BackupTarget target_;
    std::string name_;
    BackupMade made_;
    std::map<ports::UploadId, BackupBlob> known_;  // in the target, for these recipients
    std::set<ports::UploadId> measured_;           // of those: found to be what was written, in this run
    std::map<ports::UploadId, std::filesystem::path> sealed_now_;
    std::vector<BackupBlob> blobs_;
    std::optional<DatabaseKey> copy_key_;
    const crypto::SecretText* signer_line_ = nullptr;
    crypto::SecretText log_key_;
    Bytes checkpoint_;
    bool finished_ = false;
};

}  // namespace

Result<BackupMade> create_backup(const BackupRequest& request, const ports::Clock& clock, ports::Emergency& emergency) {
    ensure(!request.recipients.empty(), "a backup is for somebody");
    if (!std::filesystem::exists(request.layout.database())) return fail(ErrorCode::not_found, "init.missing");
    ROGATORY_TRY(const auto lock, take_backup_lock(request.layout));
    ROGATORY_TRY(auto target, BackupTarget::open_to_write(request.target));
    try {
        Run run{request, clock, emergency, std::move(target)};
        return run.make();
    } catch (const StorageFull&) {
        return fail(ErrorCode::storage_full, "backup.target_full");
    }
}

}  // namespace rogatory::storage
