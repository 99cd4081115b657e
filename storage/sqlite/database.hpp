#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "platform/base/bytes.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/result.hpp"
#include "platform/base/strong.hpp"
#include "platform/ports/emergency.hpp"
#include "storage/failure.hpp"
#include "storage/sqlite/key.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace rogatory::storage {

class Query;

// One connection to the encrypted database, for one thread at a time.
//
// Every setting that matters is set and read back when it is opened: a library that is not SQLCipher, or that ignores
// one, does not start. Statements are prepared once a connection and kept by their text, which must be a literal.
class Database {
public:
    enum class Access { create, write, read };
    static constexpr std::uint64_t kCacheKib = 16 * 1024;

    // Throws StorageFailure, StorageBusy, and std::bad_alloc where SQLite found no memory, as everything here does.
    // `emergency` ends the process when SQLite reports a failed fsync.
    // `cache_kib`: decrypted pages this connection may keep; SQLite's own 2 MiB make every page of a large database be
    // decrypted again.
    Database(const std::filesystem::path& file, const DatabaseKey& key, Access access, ports::Emergency& emergency,
             std::uint64_t cache_kib = kCacheKib);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // Takes the kept statement of that text. Nested use of one text is a bug.
    [[nodiscard]] Query query(const char* sql);
    // Runs a script (migrations). Throws.
    void execute(const char* sql);

    [[nodiscard]] bool in_transaction() const noexcept;
    [[nodiscard]] std::int64_t last_row() const noexcept;
    [[nodiscard]] int changed_rows() const noexcept;
    // Makes this database, just created and empty, what `source` is: in the snapshot of its open transaction if there
    // is one. Page by page, each sealed anew under this connection's key, so the two keys may differ.
    void copy_from(Database& source);
    // One line a fault; empty when the whole file is sound.
    [[nodiscard]] std::string integrity_faults();

private:
    friend class Query;
    static int committed(void* emergency, sqlite3* connection, const char* schema, int frames);
    void set_and_read_back();
    [[noreturn]] void raise(int code, const char* operation) const;
    void nothing_for_want_of_memory() const;

    struct Close {
        void operator()(sqlite3* connection) const noexcept;
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    struct Kept {
        std::unique_ptr<sqlite3_stmt, Finalize> statement;
        bool in_use{false};
    };

    ports::Emergency& emergency_;
    std::unique_ptr<sqlite3, Close> connection_;
    std::unordered_map<std::string_view, Kept> kept_;
};

// One use of a prepared statement: binds in order, resets when it goes.
class Query {
public:
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    template <class... Values>
    Query&& bind(const Values&... values) && {
        (bind_one(values), ...);
        return std::move(*this);
    }
    template <class... Values>
    Query& bind(const Values&... values) & {
        (bind_one(values), ...);
        return *this;
    }

    // True while there is a row.
    [[nodiscard]] bool step();
    // Runs to the end, whatever rows there are.
    void step_all();
    // For statements that give no row. Throws UniqueViolation where a value is taken.
    void run();
    // False where a value is taken.
    [[nodiscard]] bool try_run();

    // Columns from 0. Views live until the next step.
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::uint64_t count(int column) const;  // an integer that is never negative
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] ByteView view(int column) const;
    [[nodiscard]] Bytes bytes(int column) const;
    [[nodiscard]] bool is_null(int column) const;

    // A value of fixed size (an id, a key); another size is a broken database and throws.
    template <class Id>
    [[nodiscard]] Id id(int column) const {
        Id made{};
        if constexpr (requires { made.value(); }) {
            typename Id::Value raw{};
            copy_exactly(column, raw);
            return Id{raw};
        } else {
            copy_exactly(column, made);
            return made;
        }
    }
    template <class Id>
    [[nodiscard]] std::optional<Id> optional_id(int column) const {
        if (is_null(column)) return std::nullopt;
        return id<Id>(column);
    }
    [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const {
        if (is_null(column)) return std::nullopt;
        return integer(column);
    }

private:
    friend class Database;
    Query(Database& database, Database::Kept& kept);

    void bind_integer(std::int64_t value);
    void bind_text(std::string_view value);
    void bind_blob(ByteView value);
    void bind_null();
    void copy_exactly(int column, MutableByteView into) const;

    template <class Value>
    void bind_one(const Value& value) {
        if constexpr (std::is_same_v<Value, bool>) {
            bind_integer(value ? 1 : 0);
        } else if constexpr (std::is_integral_v<Value>) {
            bind_integer(checked(value));
        } else if constexpr (std::is_convertible_v<const Value&, std::string_view>) {
            bind_text(value);
        } else if constexpr (std::is_convertible_v<const Value&, ByteView>) {
            bind_blob(value);
        } else if constexpr (requires { value.has_value(); }) {
            if (value) {
                bind_one(*value);
            } else {
                bind_null();
            }
        } else {
            bind_one(value.value());  // Strong
        }
    }
    template <class Integer>
    static std::int64_t checked(Integer value) {
        ensure(std::in_range<std::int64_t>(value), "an integer fits the database");
        return static_cast<std::int64_t>(value);
    }

    Database& database_;
    Database::Kept& kept_;
    int bound_{0};
};

// Rolls back unless committed; its destructor does not throw.
class Transaction {
public:
    enum class Kind { read, write };
    Transaction(Database& database, Kind kind);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit();

private:
    Database& database_;
    bool open_{true};
};

}  // namespace rogatory::storage
