#include "storage/migrations/migrations.hpp"

#include <string>

#include "crypto/primitives/sha256.hpp"
#include "platform/base/try.hpp"
#include "storage/failure.hpp"

namespace rogatory::storage {

namespace {

// The pragma does nothing within a transaction, so it goes around one; whatever happens, it is on again.
class ForeignKeysAside {
public:
    ForeignKeysAside(Database& database, bool wanted) : database_{wanted ? &database : nullptr} {
        if (database_ != nullptr) database_->execute("PRAGMA foreign_keys = OFF");
    }
    ~ForeignKeysAside() {
        if (database_ != nullptr) database_->execute("PRAGMA foreign_keys = ON");
    }
    ForeignKeysAside(const ForeignKeysAside&) = delete;
    ForeignKeysAside& operator=(const ForeignKeysAside&) = delete;

private:
    Database* database_;
};

}  // namespace

Result<std::size_t> applied_of(Database& database, std::span<const Migration> known) {
    std::size_t applied = 0;
    auto ledger = database.query("SELECT name, digest FROM schema_migration ORDER BY name");
    for (; ledger.step(); ++applied) {
        const auto name = ledger.text(0);
        if (applied >= known.size() || known[applied].name != name) {
            return fail(Error{ErrorCode::unsupported, "schema.newer"}.with("name", name));
        }
        if (ledger.id<crypto::Digest>(1) != crypto::sha256(as_bytes(known[applied].sql))) {
            return fail(Error{ErrorCode::integrity, "schema.changed"}.with("name", name));
        }
    }
    return applied;
}

Result<> migrate(Database& database, std::span<const Migration> known, UnixSeconds now) {
    database.execute(R"(
        CREATE TABLE IF NOT EXISTS schema_migration (
          name TEXT PRIMARY KEY,
          digest BLOB NOT NULL CHECK (length(digest) = 32),
          applied_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
    )");
    ROGATORY_TRY(const auto applied, applied_of(database, known));
    for (const auto& migration : known.subspan(applied)) {
        const ForeignKeysAside aside{database, migration.sql.starts_with(kRebuild)};
        Transaction transaction{database, Transaction::Kind::write};
        database.execute(std::string{migration.sql}.c_str());
        if (auto broken = database.query("PRAGMA foreign_key_check"); broken.step()) {
            throw StorageFailure{"sqlite: a migration leaves a reference to nothing"};
        }
        database.query("INSERT INTO schema_migration (name, digest, applied_at) VALUES (?, ?, ?)")
            .bind(migration.name, crypto::sha256(as_bytes(migration.sql)), now)
            .run();
        transaction.commit();
    }
    return {};
}

std::string schema_of(Database& database) {
    std::string schema;
    auto rows = database.query(R"(
        SELECT sql FROM sqlite_master
         WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
         ORDER BY tbl_name, type DESC, name
    )");
    while (rows.step()) schema += rows.text(0) + ";\n\n";
    return schema;
}

}  // namespace rogatory::storage
