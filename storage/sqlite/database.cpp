#include "storage/sqlite/database.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// SQLCipher declares its key functions only under this name.
#define SQLITE_HAS_CODEC 1
#include <sqlcipher/sqlite3.h>

#include "crypto/encoding/hex.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/log.hpp"
#include "storage/blobs/file.hpp"

namespace rogatory::storage {

namespace {

constexpr int kBusyMilliseconds = 10'000;
constexpr int kCheckpointFrames = 1'000;  // of the write-ahead log, before they go into the database

// A pragma and what reading it back must say.
struct Setting {
    const char* set;
    const char* ask;
    const char* expected;
};
constexpr std::array kSettings{
    Setting{"PRAGMA temp_store = MEMORY", "PRAGMA temp_store", "2"},  // else sorts spill plaintext into temporary files
    Setting{"PRAGMA trusted_schema = OFF", "PRAGMA trusted_schema", "0"},
    Setting{"PRAGMA secure_delete = ON", "PRAGMA secure_delete", "1"},
    Setting{"PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", "1"},
    Setting{"PRAGMA cell_size_check = ON", "PRAGMA cell_size_check", "1"},
    Setting{"PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal"},
    // What one large transaction has made of the WAL's file is given back at the next checkpoint.
    Setting{"PRAGMA journal_size_limit = 67108864", "PRAGMA journal_size_limit", "67108864"},
    Setting{"PRAGMA synchronous = FULL", "PRAGMA synchronous", "2"},
    Setting{"PRAGMA mmap_size = 0", "PRAGMA mmap_size", "0"},
};

// A pragma takes no bound value: the largest of these that is not above what is wanted.
struct CacheSize {
    std::uint64_t kib;
    const char* sql;
};
constexpr std::array kCacheSizes{
    CacheSize{131'072, "PRAGMA cache_size = -131072"}, CacheSize{65'536, "PRAGMA cache_size = -65536"},
    CacheSize{32'768, "PRAGMA cache_size = -32768"},   CacheSize{16'384, "PRAGMA cache_size = -16384"},
    CacheSize{8'192, "PRAGMA cache_size = -8192"},     CacheSize{6'144, "PRAGMA cache_size = -6144"},
    CacheSize{4'096, "PRAGMA cache_size = -4096"},     CacheSize{0, "PRAGMA cache_size = -2048"},
};

const char* cache_setting(std::uint64_t kib) {
    return std::find_if(kCacheSizes.begin(), kCacheSizes.end(), [kib](const auto& one) { return one.kib <= kib; })->sql;
}

bool is_unopened(int code) { return (code & 0xff) == SQLITE_CANTOPEN; }
// There was no memory: that says nothing of what is stored.
bool is_no_memory(int code) { return (code & 0xff) == SQLITE_NOMEM || code == SQLITE_IOERR_NOMEM; }

// Gives the key as SQLCipher's raw form x'…': used as it is, without key derivation.
void give_key(sqlite3* connection, const DatabaseKey& key) {
    auto text = encoding::hex_encode(key.expose_secret());
    crypto::SecretText form;
    form.append("x'");
    form.append(text);
    form.append("'");
    crypto::wipe(text);
    const auto code =
        sqlite3_key(connection, form.expose_secret().data(), static_cast<int>(form.expose_secret().size()));
    if (is_no_memory(code)) throw std::bad_alloc{};
    if (code != SQLITE_OK) throw StorageFailure{"sqlite: key", code};
}

std::string ask(sqlite3* connection, const char* sql) {
    sqlite3_stmt* raw = nullptr;
    std::string answer;
    int code = sqlite3_prepare_v2(connection, sql, -1, &raw, nullptr);
    if (code == SQLITE_OK) {
        code = sqlite3_step(raw);
        if (code == SQLITE_ROW) {
            const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(raw, 0));
            if (text != nullptr) {
                answer = text;
            } else {
                code = sqlite3_extended_errcode(connection);
            }
        }
    }
    sqlite3_finalize(raw);
    if (is_no_memory(code)) throw std::bad_alloc{};
    if (code == SQLITE_BUSY) throw StorageBusy{"sqlite: busy while opening", code};
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        throw StorageFailure{std::string{"sqlite: "} + sql + ": " + sqlite3_errstr(code), code};
    }
    return answer;
}

}  // namespace

void Database::Close::operator()(sqlite3* connection) const noexcept { sqlite3_close_v2(connection); }
void Database::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

Database::Database(const std::filesystem::path& file, const DatabaseKey& key, Access access,
                   ports::Emergency& emergency, std::uint64_t cache_kib)
    : emergency_{emergency} {
    if (access == Access::create) {
        // SQLite would make it with the umask's mode, and its WAL inherits the file's.
        const File made{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
        if (!made) throw StorageFailure{"create database file", errno};
    }
    // Counting what is allocated takes a lock at every allocation, which all connections share; nobody reads the count.
    static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(uncounted);  // refused where something in this process has used SQLite before: then it counts
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
    connection_.reset(raw);
    if (is_no_memory(code)) throw std::bad_alloc{};
    if (is_unopened(code)) throw StorageUnopened{"sqlite: open", code};
    if (code != SQLITE_OK) throw StorageFailure{"sqlite: open", code};
    sqlite3_busy_timeout(raw, kBusyMilliseconds);
    // SQLCipher writes to standard error by itself; what fails is raised from here.
    ask(raw, "PRAGMA cipher_log_level = NONE");
    give_key(raw, key);
    // The first key of a process begins its log anew.
    ask(raw, "PRAGMA cipher_log_level = NONE");
    // A plain SQLite takes any key and encrypts nothing: it does not know this pragma.
    if (ask(raw, "PRAGMA cipher_version").empty()) throw StorageFailure{"sqlite: this library does not encrypt"};
    // The first read proves the key; a wrong one looks like "not a database".
    try {
        ask(raw, "SELECT count(*) FROM sqlite_master");
    } catch (const StorageBusy&) {
        throw;
    } catch (const StorageFailure& wrong) {
        if (is_unopened(wrong.code())) throw StorageUnopened{wrong.what(), wrong.code()};
        throw StorageFailure{"sqlite: the key does not open this database", wrong.code()};
    }
    set_and_read_back();
    ask(raw, cache_setting(cache_kib));
    sqlite3_wal_hook(raw, &Database::committed, &emergency_);
    // Readers cannot write even by mistake. Set last: journal_mode above is a write.
    if (access == Access::read) {
        ask(raw, "PRAGMA query_only = ON");
        if (ask(raw, "PRAGMA query_only") != "1") throw StorageFailure{"sqlite: query_only did not hold"};
    }
    // When memory is out there is no time to prepare the way back.
    static_cast<void>(query("ROLLBACK"));
}

Database::~Database() = default;

// In the place of SQLite's own hook, which moves the pages too and forgets what came of it: a failed fsync of the
// database would go unseen.
int Database::committed(void* emergency, sqlite3* connection, const char* schema, int frames) {
    if (frames < kCheckpointFrames) return SQLITE_OK;
    const int code = sqlite3_wal_checkpoint_v2(connection, schema, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) {
        static_cast<ports::Emergency*>(emergency)->stop("fsync of the database failed");
    }
    // Another connection is at it: nothing is wrong. Anything else lets the WAL grow until the disk is full.
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY && (code & 0xff) != SQLITE_LOCKED) {
        log::Line{log::Level::error, "the write-ahead log could not be moved into the database"}.add(
            log::Field::error, sqlite3_errstr(code));
    }
    return SQLITE_OK;  // the commit stands; what else went wrong is tried again after the next one
}

void Database::set_and_read_back() {
    auto* raw = connection_.get();
    int on = 0;
    if (sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, &on) != SQLITE_OK || on != 1) {
        throw StorageFailure{"sqlite: defensive did not hold"};
    }
    if (sqlite3_db_config(raw, SQLITE_DBCONFIG_DQS_DML, 0, &on) != SQLITE_OK || on != 0) {
        throw StorageFailure{"sqlite: strict quoting did not hold"};
    }
    for (const auto& setting : kSettings) {
        ask(raw, setting.set);
        if (ask(raw, setting.ask) != setting.expected) {
            throw StorageFailure{std::string{"sqlite: did not hold: "} + setting.set};
        }
    }
}

void Database::raise(int code, const char* operation) const {
    // The text of an error may quote SQL, never a bound value; it is left out all the same.
    const auto what = std::string{"sqlite: "} + operation + ": " + sqlite3_errstr(code);
    if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) emergency_.stop("fsync of the database failed");
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) throw UniqueViolation{what, code};
    if (is_no_memory(code)) throw std::bad_alloc{};
    switch (code & 0xff) {
        case SQLITE_FULL:
            throw StorageFull{what, code};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw StorageBusy{what, code};
        case SQLITE_ERROR:  // at a step: a page that does not authenticate, as SQLCipher says it the first time
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            throw StorageDamaged{what, code};
        case SQLITE_IOERR:
            // A full device shows as a failed write in some places (the WAL's index, a short pwrite).
            if (sqlite3_system_errno(connection_.get()) == ENOSPC) throw StorageFull{what, code};
            throw StorageFailure{what, code};
        default:
            throw StorageFailure{what, code};
    }
}

// A value that is not there may be one that found no room, which is not what is stored.
void Database::nothing_for_want_of_memory() const {
    if (is_no_memory(sqlite3_extended_errcode(connection_.get()))) throw std::bad_alloc{};
}

Query Database::query(const char* sql) {
    auto found = kept_.find(sql);
    if (found == kept_.end()) {
        sqlite3_stmt* raw = nullptr;
        const char* tail = nullptr;
        const int code = sqlite3_prepare_v3(connection_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, &tail);
        Kept kept{std::unique_ptr<sqlite3_stmt, Finalize>{raw}, false};
        if (code != SQLITE_OK) {
            if ((code & 0xff) == SQLITE_ERROR)
                throw InvariantViolation{std::string{"SQL of ours does not parse: "} + sql};
            raise(code, "prepare");
        }
        ensure(tail == nullptr || std::strspn(tail, " \n\t;") == std::strlen(tail), "one statement a query");
        found = kept_.emplace(sql, std::move(kept)).first;
    }
    return Query{*this, found->second};
}

void Database::execute(const char* sql) {
    const int code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) raise(code, "execute");
}

bool Database::in_transaction() const noexcept { return sqlite3_get_autocommit(connection_.get()) == 0; }
std::int64_t Database::last_row() const noexcept { return sqlite3_last_insert_rowid(connection_.get()); }
int Database::changed_rows() const noexcept { return sqlite3_changes(connection_.get()); }

void Database::copy_from(Database& source) {
    auto* const backup = sqlite3_backup_init(connection_.get(), "main", source.connection_.get(), "main");
    if (backup == nullptr) raise(sqlite3_extended_errcode(connection_.get()), "begin to copy");
    // All in one step: the source's lock is held over it, so that a writer elsewhere never makes it begin anew.
    const int step = sqlite3_backup_step(backup, -1);
    const int finish = sqlite3_backup_finish(backup);
    if (step != SQLITE_DONE) raise(step, "copy");
    if (finish != SQLITE_OK) raise(finish, "copy");
}

std::string Database::integrity_faults() {
    std::string faults;
    for (const auto* const check : {"PRAGMA integrity_check(20)", "PRAGMA cipher_integrity_check"}) {
        // Damage may end the check that comes upon it.
        try {
            auto found = query(check);
            while (found.step()) {
                if (const auto line = found.text(0); line != "ok") faults += line + "\n";
            }
        } catch (const StorageDamaged& damage) {
            faults += std::string{damage.what()} + "\n";
        }
    }
    return faults;
}

Query::Query(Database& database, Database::Kept& kept) : database_{database}, kept_{kept} {
    ensure(!kept.in_use, "a kept statement is used by one query at a time");
    kept.in_use = true;
}

Query::~Query() {
    auto* statement = kept_.statement.get();
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    kept_.in_use = false;
}

bool Query::step() {
    const int code = sqlite3_step(kept_.statement.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    database_.raise(code, "step");
}

void Query::step_all() {
    while (step()) {
    }
}

void Query::run() { ensure(!step(), "a statement that runs gives no row"); }

bool Query::try_run() {
    const int code = sqlite3_step(kept_.statement.get());
    if (code == SQLITE_DONE) return true;
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) return false;
    ensure(code != SQLITE_ROW, "a statement that runs gives no row");
    database_.raise(code, "step");
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(kept_.statement.get(), column); }

std::uint64_t Query::count(int column) const {
    const auto value = integer(column);
    if (value < 0) throw StorageDamaged{"sqlite: a negative count is stored"};
    return static_cast<std::uint64_t>(value);
}

std::string Query::text(int column) const {
    const auto* start = reinterpret_cast<const char*>(sqlite3_column_text(kept_.statement.get(), column));
    if (start == nullptr) {
        database_.nothing_for_want_of_memory();
        return {};
    }
    return {start, static_cast<std::size_t>(sqlite3_column_bytes(kept_.statement.get(), column))};
}

ByteView Query::view(int column) const {
    const auto* start = static_cast<const std::uint8_t*>(sqlite3_column_blob(kept_.statement.get(), column));
    if (start == nullptr) {
        database_.nothing_for_want_of_memory();
        return {};
    }
    return {start, static_cast<std::size_t>(sqlite3_column_bytes(kept_.statement.get(), column))};
}

Bytes Query::bytes(int column) const { return to_bytes(view(column)); }

bool Query::is_null(int column) const { return sqlite3_column_type(kept_.statement.get(), column) == SQLITE_NULL; }

void Query::copy_exactly(int column, MutableByteView into) const {
    const auto stored = view(column);
    if (stored.size() != into.size()) throw StorageDamaged{"sqlite: a value of another size is stored"};
    std::copy(stored.begin(), stored.end(), into.begin());
}

void Query::bind_integer(std::int64_t value) {
    const int code = sqlite3_bind_int64(kept_.statement.get(), ++bound_, value);
    ensure(code == SQLITE_OK, "a place for every bound value");
}

// Bound values outlive the query in every use (they are arguments of the full expression), so nothing is copied …
// but a named Query may outlive a temporary: copying costs little beside the write.
void Query::bind_text(std::string_view value) {
    const int code = sqlite3_bind_text64(kept_.statement.get(), ++bound_, value.data() == nullptr ? "" : value.data(),
                                         value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    ensure(code == SQLITE_OK, "a place for every bound value");
}

void Query::bind_blob(ByteView value) {
    const int code = value.empty() ? sqlite3_bind_zeroblob(kept_.statement.get(), ++bound_, 0)
                                   : sqlite3_bind_blob64(kept_.statement.get(), ++bound_, value.data(), value.size(),
                                                         SQLITE_TRANSIENT);
    ensure(code == SQLITE_OK, "a place for every bound value");
}

void Query::bind_null() {
    const int code = sqlite3_bind_null(kept_.statement.get(), ++bound_);
    ensure(code == SQLITE_OK, "a place for every bound value");
}

Transaction::Transaction(Database& database, Kind kind) : database_{database} {
    database_.query(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN").run();
}

Transaction::~Transaction() {
    // SQLite ends a transaction by itself on some failures (full device): then there is nothing to roll back.
    if (!open_ || !database_.in_transaction()) return;
    try {
        database_.query("ROLLBACK").run();
    } catch (...) {
        // Prepared at opening, so it does not fail for want of memory; what else may fail here has ended the
        // transaction by itself, or is said by the next BEGIN to whoever asks for one.
    }
}

void Transaction::commit() {
    database_.query("COMMIT").run();
    open_ = false;
}

}  // namespace rogatory::storage
