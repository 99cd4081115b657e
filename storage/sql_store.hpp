#pragma once

#include <condition_variable>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "platform/base/histogram.hpp"
#include "platform/ports/clock.hpp"
#include "platform/ports/emergency.hpp"
#include "platform/ports/store.hpp"
#include "storage/blobs/file.hpp"
#include "storage/repositories/sql_repositories.hpp"
#include "storage/sqlite/database.hpp"

namespace rogatory::storage {

// Where things lie. One directory of mode 0700, and the key, which may lie elsewhere.
struct Layout {
    std::filesystem::path data;
    std::filesystem::path key_file;  // absent: "<data>/database.key"

    [[nodiscard]] std::filesystem::path database() const { return data / "rogatory.db"; }
    [[nodiscard]] std::filesystem::path blobs() const { return data / "blobs"; }
    [[nodiscard]] std::filesystem::path lock() const { return data / "lock"; }
    // Held while the database is copied, and while its key is changed.
    [[nodiscard]] std::filesystem::path backup_lock() const { return data / "backup-lock"; }
    [[nodiscard]] std::filesystem::path key() const { return key_file.empty() ? data / "database.key" : key_file; }
};

// Where the database's key is read from: the credential of systemd named "rogatory-database-key" goes before the file.
[[nodiscard]] std::filesystem::path database_key_file(const Layout& layout);

// The data folder is one process's: unavailable "storage.locked". Copying its database, and changing its key, is one
// process's, too, the server beside it or not: unavailable "backup.running".
[[nodiscard]] Result<File> take_data_lock(const Layout& layout);
[[nodiscard]] Result<File> take_backup_lock(const Layout& layout);

// Makes the directory, the key (unless there is one) and an empty database. conflict "init.done" when the database
// exists.
[[nodiscard]] Result<> create_storage(const Layout& layout, const ports::Clock& clock, ports::Emergency& emergency);

// What a database is, without bringing it forward. Errors: those of SqlStore::open.
struct Inspection {
    std::size_t steps_to_come = 0;  // of the schema, at the next SqlStore::open
    std::string faults;             // SqlStore::integrity_faults(); only where `whole` was asked
};
[[nodiscard]] Result<Inspection> inspect_storage(const Layout& layout, ports::Emergency& emergency, bool whole);

// The store over SQLCipher: one writer connection on its own thread that commits the work of many callers with one
// fsync, and a pool of reader connections.
class SqlStore final : public ports::Store {
public:
    // Takes the directory's lock, brings the schema forward. Errors: those of read_database_key and migrate, not_found
    // "init.missing", unavailable "storage.locked" when another process has the directory. The credential
    // "rogatory-database-key" of systemd goes before the key file. So many may read at once, each with a cache of its
    // own, opened when it is first needed; who comes next waits.
    [[nodiscard]] static Result<std::unique_ptr<SqlStore>> open(const Layout& layout, const ports::Clock& clock,
                                                                ports::Emergency& emergency, std::size_t readers = 4,
                                                                std::uint64_t cache_kib = Database::kCacheKib);
    ~SqlStore() override;

    Result<ports::LogIdentity> create_log(const std::string& origin, const std::string& witnesses) override;
    Result<ports::LogIdentity> log_identity() override;
    Result<ports::LogIdentity> succeed_log(const std::string& witnesses,
                                           const std::function<Result<LogEnd>(ports::Repositories&)>& work) override;
    Result<> verify_log(const std::stop_token& stopping = {}) override;
    Result<> verify_end_of_log() override;
    void when_log_grows(std::function<void()> notice) override;
    void write_behind(std::function<void(ports::Repositories&)> work) override;

    // One line a fault; empty when the database is sound. Reads all of it.
    [[nodiscard]] std::string integrity_faults();
    // How many transactions carried how much work, for /metrics and tests.
    struct WriterCounts {
        std::uint64_t jobs{};
        std::uint64_t commits{};
    };
    [[nodiscard]] WriterCounts writer_counts() const;
    // How long a transaction took from its first job until it was durable.
    [[nodiscard]] const Histogram& commit_durations() const noexcept { return commit_durations_; }

private:
    // A database and the repositories over it. Neither moves.
    struct Connection {
        Connection(const std::filesystem::path& file, const DatabaseKey& key, Database::Access access,
                   ports::Emergency& emergency, std::uint64_t cache_kib, TreeMemory& memory)
            : database{file, key, access, emergency, cache_kib}, repositories{database, memory} {}
        Database database;
        SqlRepositories repositories;
    };
    struct Job {
        std::function<Result<>(ports::Repositories&)> work;
        Result<> outcome;
        std::exception_ptr thrown;
        bool done{false};
    };
    class Borrowed;

    using OpenReader = std::function<std::unique_ptr<Connection>()>;

    SqlStore(File lock, std::unique_ptr<TreeMemory> memory, std::unique_ptr<Connection> writer,
             std::unique_ptr<Connection> reader, OpenReader open_reader, std::size_t more_readers);

    void read_with(const std::function<void(const ports::Repositories&)>& work) override;
    Result<> write_with(const std::function<Result<>(ports::Repositories&)>& work) override;
    void queue(const std::shared_ptr<Job>& job);  // under jobs_mutex_

    void run_writer();
    // False when the whole transaction failed, so that each job must be run by itself.
    bool commit_together(const std::vector<std::shared_ptr<Job>>& jobs);
    void run_in_savepoint(Job& job);

    File lock_;
    std::unique_ptr<TreeMemory> memory_;
    std::unique_ptr<Connection> writer_;
    std::optional<tlog::LogSigner> signer_;

    mutable std::mutex readers_mutex_;
    std::condition_variable reader_free_;
    std::vector<std::unique_ptr<Connection>> readers_;  // that are free, the last used last
    OpenReader open_reader_;
    std::size_t readers_to_come_;

    mutable std::mutex jobs_mutex_;
    std::condition_variable jobs_arrived_;
    std::condition_variable jobs_done_;
    std::vector<std::shared_ptr<Job>> waiting_;
    WriterCounts counts_;
    Histogram commit_durations_;
    std::function<void()> log_grew_;  // under jobs_mutex_
    bool stopping_{false};
    bool grew_{false};           // the writer's thread's own
    bool succeeded_{false};      // likewise: a job of this transaction has sealed the logs itself
    std::thread writer_thread_;  // last: it uses everything above
};

}  // namespace rogatory::storage
