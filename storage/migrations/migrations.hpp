#pragma once

#include <span>
#include <string>
#include <string_view>

#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "storage/sqlite/database.hpp"

namespace rogatory::storage {

// One file NNNN_verb_noun.sql of this folder, compiled in.
struct Migration {
    std::string_view name;  // without ".sql"
    std::string_view sql;
};
[[nodiscard]] std::span<const Migration> migrations() noexcept;

// One whose first line begins with this makes a table anew that others refer to: SQLite then wants its foreign keys
// looked at afterwards instead of meanwhile.
inline constexpr std::string_view kRebuild = "-- rebuild";

// Brings the database forward: each migration in one transaction together with its row in the ledger
// schema_migration(name, digest, applied_at). Errors: unsupported "schema.newer" {name} when the ledger names a
// migration this program does not know, integrity "schema.changed" {name} when an applied one has another digest here.
[[nodiscard]] Result<> migrate(Database& database, std::span<const Migration> known, UnixSeconds now);

// How many of them the ledger names, in their order and with their digests; migrate()'s errors. Changes nothing.
[[nodiscard]] Result<std::size_t> applied_of(Database& database, std::span<const Migration> known);

// The schema as SQLite has it, in a settled order: what schema.sql is a snapshot of.
[[nodiscard]] std::string schema_of(Database& database);

}  // namespace rogatory::storage
