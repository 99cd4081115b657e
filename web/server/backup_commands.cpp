#include "web/server/backup_commands.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <stdlib.h>

#include "platform/base/try.hpp"
#include "storage/backup/create.hpp"
#include "storage/backup/restore.hpp"
#include "storage/rotate_key.hpp"
#include "web/server/backup_guard.hpp"
#include "web/server/config.hpp"
#include "web/server/facts.hpp"
#include "web/server/system.hpp"
#include "web/server/words.hpp"

namespace rogatory::server {
namespace {

constexpr std::size_t kMostKeyFileBytes = std::size_t{1} << 20;

Result<std::vector<age::HybridRecipient>> hybrid(const std::vector<age::Recipient>& recipients) {
    std::vector<age::HybridRecipient> made;
    for (const auto& one : recipients) {
        const auto* const known = std::get_if<age::HybridRecipient>(&one);
        // A quantum computer of a later day would read what was sealed for the other kind.
        if (known == nullptr) return fail(ErrorCode::invalid_input, "backup.recipient");
        made.push_back(*known);
    }
    return made;
}

Result<std::vector<age::HybridRecipient>> recipients_of(const std::vector<std::string>& texts,
                                                        std::vector<std::filesystem::path> files,
                                                        const std::filesystem::path& configured) {
    std::vector<age::Recipient> all;
    if (!configured.empty()) files.push_back(configured);
    for (const auto& file : files) {
        const auto text = storage::read_small_file(file, kMostKeyFileBytes);
        if (!text) {
            return fail(Error{ErrorCode::invalid_input, "file.unreadable"}.with("file", file.filename().string()));
        }
        ROGATORY_TRY(const auto listed, age::parse_recipients(*text));
        all.insert(all.end(), listed.begin(), listed.end());
    }
    for (const auto& text : texts) {
        ROGATORY_TRY(const auto one, age::parse_recipient(text));
        all.push_back(one);
    }
    ROGATORY_TRY(auto made, hybrid(all));
    std::sort(made.begin(), made.end());
    made.erase(std::unique(made.begin(), made.end()), made.end());
    return made;
}

Result<std::optional<storage::BackupIdentities>> identities_of(const std::vector<std::filesystem::path>& files) {
    std::vector<age::Identity> all;
    for (const auto& file : files) {
        auto text = storage::read_small_file(file, kMostKeyFileBytes);
        if (!text) {
            return fail(Error{ErrorCode::invalid_input, "file.unreadable"}.with("file", file.filename().string()));
        }
        const crypto::SecretText held{std::move(*text)};
        ROGATORY_TRY(auto some, age::parse_identities(held.expose_secret()));
        for (auto& one : some) all.push_back(std::move(one));
    }
    std::optional<storage::BackupIdentities> made;
    if (!all.empty()) made.emplace(std::move(all));
    return made;
}

class StopWatch {
public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// A folder for this process's eyes that goes when it does.
class Scratch {
public:
    static Result<Scratch> in(const std::filesystem::path& folder) {
        const auto base = folder.empty() ? std::filesystem::temp_directory_path() : folder;
        auto name = (base / "rogatory-verify-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            return fail(Error{ErrorCode::unavailable, "file.cannot_write"}.with("file", base.string()));
        }
        return Scratch{name};
    }
    Scratch(Scratch&& other) noexcept : path_{std::exchange(other.path_, {})} {}
    Scratch& operator=(Scratch&&) = delete;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    explicit Scratch(std::filesystem::path path) : path_{std::move(path)} {}
    std::filesystem::path path_;
};

// What has been done, and what is left to do, in the operator's language.
void say(const Error& done) {
    const auto told = explain(done, language_of_environment());
    std::fprintf(stderr, "rogatoryd: %s\n  → %s\n", told.what.c_str(), told.fix.c_str());
}

void tell_faults(const std::vector<storage::BackupFault>& faults) {
    for (const auto& fault : faults) {
        const auto told = explain(Error{ErrorCode::integrity, fault.key}, language_of_environment());
        std::fprintf(stderr, "rogatoryd: %s %s: %s\n", fault.file.c_str(), fault.key.c_str(), told.what.c_str());
    }
}

struct Chosen {
    storage::BackupTarget target;
    storage::BackupTarget::Read backup;
};

Result<Chosen> choose(const BackupReadOptions& options) {
    ROGATORY_TRY(auto target, storage::BackupTarget::open(options.target));
    auto name = options.name;
    if (name.empty()) {
        ROGATORY_TRY(name, target.newest(options.signer));
    }
    ROGATORY_TRY(auto backup, target.read(name));
    if (!options.signer.empty()) ROGATORY_TRY_VOID(storage::check_backup_signer(backup, options.signer));
    return Chosen{std::move(target), std::move(backup)};
}

Result<> create(const BackupCreateOptions& options) {
    ROGATORY_TRY(const auto config, read_config(options.config));
    storage::BackupRequest request;
    request.layout = {config.data, config.database_key};
    request.target = options.target;
    ROGATORY_TRY(request.recipients,
                 recipients_of(options.recipients, options.recipient_files, config.backup_recipients_file));
    if (request.recipients.empty()) return fail(ErrorCode::invalid_input, "backup.no_recipients");
    ROGATORY_TRY(request.log_key_recipients,
                 recipients_of(options.log_key_recipients, {}, config.backup_log_key_recipients_file));
    auto configuration = storage::read_small_file(options.config, kMostKeyFileBytes);
    if (!configuration) {
        return fail(
            Error{ErrorCode::invalid_input, "file.unreadable"}.with("file", options.config.filename().string()));
    }
    request.configuration = *std::move(configuration);
    const SystemClock clock;
    EndProcess emergency;
    const StopWatch watch;
    ROGATORY_TRY(const auto made, storage::create_backup(request, clock, emergency));
    const auto& manifest = made.manifest;
    Facts facts;
    facts.text("backup", manifest.name)
        .text("recovery_point", backup_time(manifest.taken_at))
        .number("entries", manifest.tree.size)
        .number("attachments", manifest.blobs)
        .number("attachments_new", made.new_blobs)
        .number("attachments_resealed", made.resealed)
        .number("bytes_written", made.new_bytes)
        .number("snapshots", made.snapshots)
        .seconds("seconds", watch.seconds());
    if (made.before)
        facts.number("seconds_since_the_one_before",
                     static_cast<std::uint64_t>(std::max<UnixSeconds>(0, manifest.taken_at - *made.before)));
    facts.number("missing", made.missing.size()).number("damaged", made.damaged.size()).text("signer", made.signer);
    facts.print(options.json);
    if (!made.missing.empty() || !made.damaged.empty()) {
        return fail(Error{ErrorCode::integrity, "backup.incomplete"}
                        .with("missing", std::to_string(made.missing.size()))
                        .with("damaged", std::to_string(made.damaged.size())));
    }
    return {};
}

Result<> verify(const BackupReadOptions& options) {
    const StopWatch watch;
    ROGATORY_TRY(const auto chosen, choose(options));
    const auto& [target, backup] = chosen;
    ROGATORY_TRY(const auto identities, identities_of(options.identities));
    ROGATORY_TRY(auto faults, storage::check_backup_files(target, backup));
    Facts facts;
    facts.text("backup", backup.manifest.name)
        .text("recovery_point", backup_time(backup.manifest.taken_at))
        .number("entries", backup.manifest.tree.size)
        .number("attachments", backup.manifest.blobs);
    // What is not what was written is not opened.
    if (identities && faults.empty()) {
        ROGATORY_TRY(const auto scratch, Scratch::in(options.scratch));
        EndProcess emergency;
        ROGATORY_TRY(auto opened, storage::open_backup(target, backup, *identities, scratch.path(), emergency));
        faults = std::move(opened.faults);
        facts.number("attachments_opened", opened.blobs)
            .number("attachment_bytes", opened.blob_bytes)
            .number("database_bytes", opened.database_bytes)
            .flag("log_key_opened", opened.log_key);
    }
    tell_faults(faults);
    facts.flag("opened", identities.has_value() && faults.empty())
        .flag("signer_compared", !options.signer.empty())
        .text("signer", backup.signer.vkey())
        .number("faults", faults.size())
        .seconds("seconds", watch.seconds());
    facts.print(options.json);
    if (!faults.empty()) {
        return fail(Error{ErrorCode::integrity, "backup.not_whole"}.with("file", faults.front().file));
    }
    return {};
}

Result<> restore(const BackupReadOptions& options) {
    const StopWatch watch;
    ROGATORY_TRY(const auto chosen, choose(options));
    const auto& [target, backup] = chosen;
    // Age proves nothing about who made a file: without this comparison anybody who can write to the folder of backups
    // could hand over a server of his own making.
    if (options.signer.empty()) ROGATORY_TRY_VOID(storage::check_backup_signer(backup, options.signer));
    ROGATORY_TRY(const auto identities, identities_of(options.identities));
    if (!identities) return fail(ErrorCode::invalid_input, "age.no_identities");
    EndProcess emergency;
    ROGATORY_TRY(const auto opened,
                 storage::restore_backup(target, backup, *identities,
                                         {options.data, options.database_key, options.leave_out_damaged}, emergency));
    tell_faults(opened.faults);
    Facts facts;
    facts.text("backup", backup.manifest.name)
        .text("recovery_point", backup_time(backup.manifest.taken_at))
        .number("seconds_since_recovery_point",
                static_cast<std::uint64_t>(std::max<UnixSeconds>(0, SystemClock{}.now() - backup.manifest.taken_at)))
        .number("entries", opened.entries)
        .number("attachments", opened.blobs)
        .number("withdrawn_since", opened.withdrawn)
        .number("left_out", opened.faults.size())
        .number("bytes", opened.database_bytes + opened.blob_bytes)
        .seconds("seconds", watch.seconds());
    if (opened.ahead != 0) facts.number("signed_beyond", opened.ahead);
    facts.print(options.json);
    if (opened.ahead != 0) {
        say(Error{ErrorCode::conflict, "backup.restored_behind"}.with("entries", std::to_string(opened.ahead)));
    } else {
        say(Error{ErrorCode::conflict, "backup.restored"});
    }
    say(Error{ErrorCode::conflict, "backup.new_key"});
    return {};
}

}  // namespace

Result<std::size_t> count_backup_recipients(const std::filesystem::path& file) {
    ROGATORY_TRY(const auto all, recipients_of({}, {}, file));
    return all.size();
}

Result<> backup_create(const BackupCreateOptions& options) {
    return guarded([&] { return create(options); });
}
Result<> backup_verify(const BackupReadOptions& options) {
    return guarded([&] { return verify(options); });
}
Result<> backup_restore(const BackupReadOptions& options) {
    return guarded([&] { return restore(options); });
}
Result<> key_rotate(const std::filesystem::path& file, const std::optional<std::filesystem::path>& new_key) {
    ROGATORY_TRY(const auto config, read_config(file));
    EndProcess emergency;
    ROGATORY_TRY(const auto done, storage::rotate_database_key({config.data, config.database_key}, new_key, emergency));
    say(Error{ErrorCode::conflict, done.finished_earlier ? "database_key.rotation_finished" : "database_key.rotated"}
            .with("path", done.key.string()));
    return {};
}

}  // namespace rogatory::server
