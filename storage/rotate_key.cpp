#include "storage/rotate_key.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/vfs.h>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/base/try.hpp"
#include "storage/backup/target.hpp"
#include "storage/failure.hpp"

namespace rogatory::storage {
namespace {

bool opens(const std::filesystem::path& database, const DatabaseKey& key, ports::Emergency& emergency) {
    try {
        const Database tried{database, key, Database::Access::read, emergency};
        return true;
    } catch (const StorageBusy&) {
        throw;
    } catch (const StorageFailure&) {
        return false;
    }
}

void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::filesystem::rename(from, to);
    sync_directory_or_throw(to.parent_path());
    if (from.parent_path() != to.parent_path()) sync_directory_or_throw(from.parent_path());
}

void remove_database(const std::filesystem::path& file) {
    for (const auto* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
}

// All of the database in its file, and nothing beside it that could be taken for part of another.
Result<> fold_in(const std::filesystem::path& file) {
    if (std::filesystem::exists(file.string() + "-wal")) {
        return fail(ErrorCode::unavailable, "storage.busy", "the database is still open elsewhere");
    }
    return {};
}

// Names the key that an unfinished run has drawn, by a digest that says nothing of it.
std::filesystem::path mark_of(const Layout& layout) { return layout.database().string() + ".rekeying"; }

std::string named(const DatabaseKey& key) {
    crypto::Sha256 hash;
    hash.update(as_bytes("rogatory database key")).update(ByteView{key.expose_secret()});
    return encoding::hex_encode(hash.finish().value()) + "\n";
}

Result<> write_mark(const Layout& layout, const DatabaseKey& key) {
    const auto part = std::filesystem::path{mark_of(layout).string() + ".part"};
    {
        const File file{::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
        if (!file) throw StorageFailure{"make file", errno};
        ROGATORY_TRY_VOID(file.write_all(as_bytes(named(key))));
        file.sync_or_throw();
    }
    rename_durably(part, mark_of(layout));
    return {};
}

// Under its name only when it is whole and on the disk, and the data folder says whose it is.
Result<> make_key(const Layout& layout, const std::filesystem::path& file) {
    const auto part = std::filesystem::path{file.string() + ".part"};
    std::filesystem::remove(part);
    ROGATORY_TRY(const auto key, make_database_key(part, crypto::system_random()));
    ROGATORY_TRY_VOID(write_mark(layout, key));
    rename_durably(part, file);
    return {};
}

bool in_memory_only(const std::filesystem::path& folder) {
    constexpr long kTmpfs = 0x01021994;
    constexpr long kRamfs = 0x858458f6;
    struct statfs about {};
    if (::statfs(folder.c_str(), &about) != 0) return false;
    return about.f_type == kTmpfs || about.f_type == kRamfs;
}

// A file that is there already is the new key only if an unfinished run of ours drew it.
Result<> may_be_new(const Layout& layout, const DatabaseKey& old_key, const std::filesystem::path& fresh) {
    const auto refused = Error{ErrorCode::conflict, "database_key.exists"}.with("path", fresh.string());
    const auto folder = fresh.has_parent_path() ? fresh.parent_path() : std::filesystem::path{"."};
    // Where the data themselves are not to last, the key need not either.
    if (in_memory_only(folder) && !in_memory_only(layout.data)) {
        return fail(Error{ErrorCode::invalid_input, "database_key.volatile"}.with("path", fresh.string()));
    }
    if (!std::filesystem::exists(fresh)) return {};
    ROGATORY_TRY(const auto key, read_database_key(fresh));
    if (key == old_key) return fail(refused);
    if (read_small_file(mark_of(layout), 1024) != named(key)) return fail(refused);
    return {};
}

Result<> copy_under(const Layout& layout, const DatabaseKey& old_key, const DatabaseKey& new_key,
                    const std::filesystem::path& into, ports::Emergency& emergency) {
    remove_database(into);
    {
        Database from{layout.database(), old_key, Database::Access::write, emergency};
        // What is damaged is not carried over under a new key, where nobody could tell since when.
        if (!from.integrity_faults().empty()) return fail(ErrorCode::integrity, "storage.damaged");
        Database to{into, new_key, Database::Access::create, emergency};
        to.copy_from(from);
        if (!to.integrity_faults().empty()) return fail(ErrorCode::integrity, "storage.damaged", "the copy");
        to.query("PRAGMA wal_checkpoint(TRUNCATE)").step_all();
        from.query("PRAGMA wal_checkpoint(TRUNCATE)").step_all();
    }
    ROGATORY_TRY_VOID(fold_in(layout.database()));
    return fold_in(into);
}

}  // namespace

Result<KeyRotation> rotate_database_key(const Layout& layout, const std::optional<std::filesystem::path>& new_key,
                                        ports::Emergency& emergency) {
    if (!std::filesystem::exists(layout.database())) return fail(ErrorCode::not_found, "init.missing");
    ROGATORY_TRY(const auto server_lock, take_data_lock(layout));
    ROGATORY_TRY(const auto backup_lock, take_backup_lock(layout));
    const auto current = database_key_file(layout);
    if (current != layout.key() && !new_key) return fail(ErrorCode::invalid_input, "database_key.credential");
    const auto fresh = new_key ? *new_key : std::filesystem::path{layout.key().string() + ".new"};
    if (fresh == current) return fail(Error{ErrorCode::conflict, "database_key.exists"}.with("path", fresh.string()));
    const auto copy = std::filesystem::path{layout.database().string() + ".rekeyed"};
    const auto settle = [&]() -> KeyRotation {
        if (!new_key) rename_durably(fresh, layout.key());
        std::filesystem::remove(mark_of(layout));
        return {false, new_key ? fresh : layout.key()};
    };
    ROGATORY_TRY(const auto old_key, read_database_key(current));
    try {
        if (new_key) ROGATORY_TRY_VOID(may_be_new(layout, old_key, fresh));
        if (!std::filesystem::exists(fresh)) ROGATORY_TRY_VOID(make_key(layout, fresh));
        ROGATORY_TRY(const auto key, read_database_key(fresh));
        if (opens(layout.database(), key, emergency)) {
            remove_database(copy);
            auto done = settle();
            done.finished_earlier = true;
            return done;
        }
        auto copied = copy_under(layout, old_key, key, copy, emergency);
        if (!copied) {
            remove_database(copy);
            return fail(std::move(copied).error());
        }
        {
            const File synced{::open(copy.c_str(), O_RDONLY | O_CLOEXEC)};
            if (!synced) throw StorageFailure{"open the copy of the database", errno};
            synced.sync_or_throw();
        }
        rename_durably(copy, layout.database());
        return settle();
    } catch (const StorageFull&) {
        remove_database(copy);
        return fail(ErrorCode::storage_full, "storage.full");
    }
}

}  // namespace rogatory::storage
