#include "storage/sql_store.hpp"

#include <algorithm>
#include <chrono>
#include <new>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "crypto/tlog/policy_for_log.hpp"
#include "crypto/tlog/succession.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/log.hpp"
#include "platform/base/try.hpp"
#include "storage/failure.hpp"
#include "storage/migrations/migrations.hpp"

namespace rogatory::storage {

namespace {

constexpr std::size_t kMaxTogether = 256;
constexpr std::size_t kMostBehind = 1'024;
constexpr const char* kKeyCredential = "rogatory-database-key";

Result<File> take_lock(const std::filesystem::path& file, const char* taken) {
    File lock{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!lock) throw StorageFailure{"open lock file", errno};
    if (::flock(lock.descriptor(), LOCK_EX | LOCK_NB) != 0) return fail(ErrorCode::unavailable, taken);
    return lock;
}

template <class Open>
auto with_the_right_key(const Layout& layout, const Open& open) -> Result<decltype(open())> {
    try {
        return open();
    } catch (const StorageFailure&) {
        // Perhaps a change of keys was interrupted after the database had the new one.
        if (std::filesystem::exists(layout.key().string() + ".new")) {
            return fail(ErrorCode::unavailable, "database_key.rotation");
        }
        throw;
    }
}

}  // namespace

std::filesystem::path database_key_file(const Layout& layout) { return credential_or(kKeyCredential, layout.key()); }

Result<File> take_data_lock(const Layout& layout) { return take_lock(layout.lock(), "storage.locked"); }
Result<File> take_backup_lock(const Layout& layout) { return take_lock(layout.backup_lock(), "backup.running"); }

Result<> create_storage(const Layout& layout, const ports::Clock& clock, ports::Emergency& emergency) {
    for (const auto& directory : {layout.data, layout.blobs()}) {
        if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) throw StorageFailure{"make directory", errno};
    }
    ROGATORY_TRY(const auto lock, take_data_lock(layout));
    if (std::filesystem::exists(layout.database())) return fail(ErrorCode::conflict, "init.done");
    const auto key_file = database_key_file(layout);
    auto key = std::filesystem::exists(key_file) ? read_database_key(key_file)
                                                 : make_database_key(key_file, crypto::system_random());
    if (!key) return fail(std::move(key).error());
    // Under another name until its schema stands: a crash leaves no half database under the real one.
    const auto temporary = std::filesystem::path{layout.database().string() + ".new"};
    for (const auto* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(temporary.string() + suffix);
    {
        Database database{temporary, *key, Database::Access::create, emergency};
        ROGATORY_TRY_VOID(migrate(database, migrations(), clock.now()));
        database.query("PRAGMA wal_checkpoint(TRUNCATE)").step_all();
    }
    std::filesystem::rename(temporary, layout.database());
    sync_directory_or_throw(layout.data);
    return {};
}

Result<Inspection> inspect_storage(const Layout& layout, ports::Emergency& emergency, bool whole) {
    if (!std::filesystem::exists(layout.database())) return fail(ErrorCode::not_found, "init.missing");
    ROGATORY_TRY(const auto lock, take_data_lock(layout));
    ROGATORY_TRY(const auto key, read_database_key(database_key_file(layout)));
    ROGATORY_TRY(const auto database, with_the_right_key(layout, [&] {
                     return std::make_unique<Database>(layout.database(), key, Database::Access::read, emergency);
                 }));
    ROGATORY_TRY(const auto applied, applied_of(*database, migrations()));
    Inspection found{migrations().size() - applied, {}};
    if (whole) found.faults = database->integrity_faults();
    return found;
}

Result<std::unique_ptr<SqlStore>> SqlStore::open(const Layout& layout, const ports::Clock& clock,
                                                 ports::Emergency& emergency, std::size_t readers,
                                                 std::uint64_t cache_kib) {
    if (!std::filesystem::exists(layout.database())) return fail(ErrorCode::not_found, "init.missing");
    ROGATORY_TRY(auto lock, take_data_lock(layout));
    ROGATORY_TRY(auto read_key, read_database_key(database_key_file(layout)));
    const auto key = std::make_shared<const DatabaseKey>(std::move(read_key));
    auto memory = std::make_unique<TreeMemory>();
    ROGATORY_TRY(auto writer, with_the_right_key(layout, [&] {
                     return std::make_unique<Connection>(layout.database(), *key, Database::Access::write, emergency,
                                                         cache_kib, *memory);
                 }));
    ROGATORY_TRY_VOID(migrate(writer->database, migrations(), clock.now()));
    OpenReader open_reader = [file = layout.database(), key, &emergency, cache_kib, &tree = *memory] {
        return std::make_unique<Connection>(file, *key, Database::Access::read, emergency, cache_kib, tree);
    };
    auto reader = open_reader();
    return std::unique_ptr<SqlStore>{new SqlStore{std::move(lock), std::move(memory), std::move(writer),
                                                  std::move(reader), std::move(open_reader),
                                                  std::max<std::size_t>(readers, 1) - 1}};
}

SqlStore::SqlStore(File lock, std::unique_ptr<TreeMemory> memory, std::unique_ptr<Connection> writer,
                   std::unique_ptr<Connection> reader, OpenReader open_reader, std::size_t more_readers)
    : lock_{std::move(lock)},
      memory_{std::move(memory)},
      writer_{std::move(writer)},
      signer_{writer_->repositories.log().signer()},
      open_reader_{std::move(open_reader)},
      readers_to_come_{more_readers} {
    readers_.reserve(more_readers + 1);  // giving one back asks for nothing
    readers_.push_back(std::move(reader));
    writer_->repositories.log().show_stored();
    writer_thread_ = std::thread{[this] { run_writer(); }};
}

SqlStore::~SqlStore() {
    {
        const std::lock_guard guard{jobs_mutex_};
        stopping_ = true;
    }
    jobs_arrived_.notify_all();
    writer_thread_.join();
}

// Holds a reader connection, with one transaction open on it.
class SqlStore::Borrowed {
public:
    explicit Borrowed(SqlStore& store) : store_{store} {
        std::unique_lock lock{store_.readers_mutex_};
        if (store_.readers_.empty() && store_.readers_to_come_ > 0) {
            --store_.readers_to_come_;
            lock.unlock();
            connection_ = opened();
            if (connection_) return;
            lock.lock();
        }
        store_.reader_free_.wait(lock, [this] { return !store_.readers_.empty(); });
        connection_ = std::move(store_.readers_.back());
        store_.readers_.pop_back();
    }
    ~Borrowed() {
        {
            const std::lock_guard guard{store_.readers_mutex_};
            store_.readers_.push_back(std::move(connection_));
        }
        store_.reader_free_.notify_one();
    }
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;
    [[nodiscard]] Connection& operator*() const { return *connection_; }

private:
    // Nothing: no descriptors or memory are left. Whoever reads already gives his connection back, and it is tried
    // again by who comes next. Whatever else is wrong is this reader's failure, as it would have been the start's.
    std::unique_ptr<Connection> opened() {
        std::string why;
        try {
            return store_.open_reader_();
        } catch (const StorageUnopened& failure) {
            why = failure.what();
        } catch (const StorageBusy& failure) {
            why = failure.what();
        } catch (const std::bad_alloc& failure) {
            why = failure.what();
        } catch (...) {
            come_back_to_it();
            throw;
        }
        come_back_to_it();
        log::Line{log::Level::warning, "one more reader of the database could not be opened"}.add(log::Field::error,
                                                                                                  why);
        return nullptr;
    }
    void come_back_to_it() {
        const std::lock_guard guard{store_.readers_mutex_};
        ++store_.readers_to_come_;
    }

    SqlStore& store_;
    std::unique_ptr<Connection> connection_;
};

void SqlStore::read_with(const std::function<void(const ports::Repositories&)>& work) {
    const Borrowed reader{*this};
    Transaction snapshot{(*reader).database, Transaction::Kind::read};
    work((*reader).repositories);
    snapshot.commit();
}

Result<> SqlStore::write_with(const std::function<Result<>(ports::Repositories&)>& work) {
    auto for_us = [&work](ports::Repositories& repositories) { return work(repositories); };
    const auto job = std::make_shared<Job>(Job{std::move(for_us), {}, {}, false});
    std::unique_lock lock{jobs_mutex_};
    queue(job);
    jobs_done_.wait(lock, [&job] { return job->done; });
    if (job->thrown) std::rethrow_exception(job->thrown);
    return std::move(job->outcome);
}

void SqlStore::write_behind(std::function<void(ports::Repositories&)> work) {
    auto alone = [work = std::move(work)](ports::Repositories& repositories) -> Result<> {
        work(repositories);
        return {};
    };
    const std::lock_guard lock{jobs_mutex_};
    if (waiting_.size() >= kMostBehind) return;  // a device that hangs: what somebody waits for goes first
    queue(std::make_shared<Job>(Job{std::move(alone), {}, {}, false}));
}

void SqlStore::queue(const std::shared_ptr<Job>& job) {
    ensure(!stopping_, "nobody writes to a store that closes");
    waiting_.push_back(job);
    jobs_arrived_.notify_one();
}

void SqlStore::run_writer() {
    std::vector<std::shared_ptr<Job>> jobs;
    std::unique_lock lock{jobs_mutex_};
    while (true) {
        jobs_arrived_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        // Whoever came while the last transaction was being synced shares the next one.
        const auto taken = std::min(waiting_.size(), kMaxTogether);
        jobs.assign(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(taken));
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(taken));
        lock.unlock();
        std::uint64_t commits = 1;
        grew_ = false;
        if (!commit_together(jobs) && jobs.size() > 1) {
            commits = jobs.size();
            for (const auto& job : jobs) commit_together({job});
        }
        lock.lock();
        if (grew_ && log_grew_) log_grew_();
        counts_.jobs += jobs.size();
        counts_.commits += commits;
        for (const auto& job : jobs) job->done = true;
        jobs_done_.notify_all();
        jobs.clear();
    }
}

bool SqlStore::commit_together(const std::vector<std::shared_ptr<Job>>& jobs) {
    const auto all = [&jobs](const auto& outcome) {
        for (const auto& job : jobs) outcome(*job);
        return false;
    };
    const auto begun = std::chrono::steady_clock::now();
    bool grew = false;
    try {
        Transaction transaction{writer_->database, Transaction::Kind::write};
        writer_->repositories.log().begin_seal();
        const auto first = writer_->repositories.log().next_index();
        succeeded_ = false;
        for (const auto& job : jobs) {
            // `done` stays untouched: its waiter may be reading it, under the lock that is not held here.
            job->outcome = {};
            job->thrown = nullptr;
            run_in_savepoint(*job);
        }
        grew = !succeeded_ && signer_ && writer_->repositories.log().seal(*signer_, first);
        transaction.commit();
    } catch (const StorageFull&) {
        return all([](Job& job) { job.outcome = fail(ErrorCode::storage_full, "storage.full"); });
    } catch (const StorageBusy&) {
        return all([](Job& job) { job.outcome = fail(ErrorCode::unavailable, "storage.busy"); });
    } catch (...) {  // whatever it was, it belongs to the callers, whose requests have a boundary; this thread goes on
        return all([thrown = std::current_exception()](Job& job) { job.thrown = thrown; });
    }
    // From here on it stands, whatever happens: nothing below may make anybody think that it does not.
    const auto took = std::chrono::steady_clock::now() - begun;
    commit_durations_.add(
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
    writer_->repositories.log().sealed_is_durable();
    grew_ = grew_ || grew;
    return true;
}

void SqlStore::run_in_savepoint(Job& job) {
    auto& database = writer_->database;
    database.query("SAVEPOINT job").run();
    try {
        job.outcome = job.work(writer_->repositories);
    } catch (const StorageFull&) {
        throw;       // the transaction as a whole has no room, and SQLite may have ended it
    } catch (...) {  // kept for its caller; the others' work stands
        if (!database.in_transaction()) throw;
        job.thrown = std::current_exception();
    }
    if (job.thrown || !job.outcome) database.query("ROLLBACK TO job").run();
    database.query("RELEASE job").run();
}

SqlStore::WriterCounts SqlStore::writer_counts() const {
    const std::lock_guard guard{jobs_mutex_};
    return counts_;
}

void SqlStore::when_log_grows(std::function<void()> notice) {
    const std::lock_guard guard{jobs_mutex_};
    log_grew_ = std::move(notice);
}

Result<ports::LogIdentity> SqlStore::create_log(const std::string& origin, const std::string& witnesses) {
    auto key = crypto::SigningKey::generate(crypto::system_random());
    auto kept = crypto::SigningKey::from_seed(key.seed());
    ROGATORY_TRY(auto signer, tlog::LogSigner::make(origin, std::move(key)));
    auto policy = tlog::Policy::unwitnessed(signer.key());
    if (!witnesses.empty()) {
        ROGATORY_TRY(const auto given, tlog::Policy::parse(witnesses));
        ROGATORY_TRY(policy, tlog::policy_for_log(given, signer.key()));
        ROGATORY_TRY_VOID(policy.require_protocol_form());
    }
    ports::LogIdentity identity{signer.origin(), signer.key().vkey(), policy.format()};
    ROGATORY_TRY_VOID(write([&](ports::Repositories&) -> Result<> {
        auto& log = writer_->repositories.log();
        if (log.identity()) return fail(ErrorCode::conflict, "init.done");
        log.create(signer, kept, identity.policy);
        return {};
    }));
    // Durable now: from here on this process signs with it. (The writer's thread reads it; nothing was appended
    // before.)
    ROGATORY_TRY_VOID(write([&](ports::Repositories&) -> Result<> {
        signer_ = writer_->repositories.log().signer();
        return {};
    }));
    return identity;
}

Result<ports::LogIdentity> SqlStore::log_identity() {
    const Borrowed reader{*this};
    const auto identity = (*reader).repositories.log().identity();
    if (!identity) return fail(ErrorCode::not_found, "init.missing");
    return *identity;
}

Result<ports::LogIdentity> SqlStore::succeed_log(const std::string& witnesses,
                                                 const std::function<Result<LogEnd>(ports::Repositories&)>& work) {
    auto key = crypto::SigningKey::generate(crypto::system_random());
    auto kept = crypto::SigningKey::from_seed(key.seed());
    ROGATORY_TRY(const auto before, log_identity());
    ROGATORY_TRY(const auto origin, tlog::successor_origin(before.origin));
    ROGATORY_TRY(const auto signer, tlog::LogSigner::make(origin, std::move(key)));
    ROGATORY_TRY(const auto old_policy, tlog::Policy::parse(before.policy));
    ROGATORY_TRY(const auto given, tlog::Policy::parse(witnesses.empty() ? tlog::witnesses_of(old_policy) : witnesses));
    ROGATORY_TRY(const auto policy, tlog::policy_for_log(given, signer.key()));
    ROGATORY_TRY_VOID(policy.require_protocol_form());
    ports::LogIdentity identity{signer.origin(), signer.key().vkey(), policy.format()};
    const auto found = [&](ports::Repositories& repositories) -> Result<> {
        succeeded_ = true;  // whether it is done or not: nothing else may be signed in this transaction
        ROGATORY_TRY(const auto end, work(repositories));
        auto& log = writer_->repositories.log();
        ROGATORY_TRY_VOID(log.end(end.last));
        log.create(signer, kept, identity.policy);
        return log.begin_after(signer, end.last);
    };
    ROGATORY_TRY_VOID(write(found));
    ROGATORY_TRY_VOID(write([&](ports::Repositories&) -> Result<> {
        signer_ = writer_->repositories.log().signer();
        return {};
    }));
    return identity;
}

Result<> SqlStore::verify_log(const std::stop_token& stopping) {
    const Borrowed reader{*this};
    const Transaction snapshot{(*reader).database, Transaction::Kind::read};
    return (*reader).repositories.log().verify({.newest = std::nullopt, .stopping = stopping});
}

Result<> SqlStore::verify_end_of_log() {
    // 4 µs each. More than any transaction adds.
    constexpr std::uint64_t kNewest = 8192;
    const Borrowed reader{*this};
    const Transaction snapshot{(*reader).database, Transaction::Kind::read};
    return (*reader).repositories.log().verify({.newest = kNewest, .stopping = {}});
}

std::string SqlStore::integrity_faults() {
    const Borrowed reader{*this};
    return (*reader).database.integrity_faults();
}

}  // namespace rogatory::storage
