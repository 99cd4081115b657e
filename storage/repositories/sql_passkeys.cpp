#include "storage/repositories/sql_repositories.hpp"

namespace rogatory::storage {

namespace {

ports::PasskeyRow passkey_row(const Query& row) {
    return {.id = row.integer(0),
            .account = row.integer(1),
            .credential_id = row.bytes(2),
            .cose_key = row.bytes(3),
            .counter = static_cast<std::uint32_t>(row.count(4)),
            .unlocks = row.integer(5) != 0,
            .backed_up = row.integer(6) != 0,
            .created_at = row.integer(7),
            .last_used_at = row.optional_integer(8)};
}

}  // namespace

Result<std::int64_t> SqlPasskeys::add(const ports::PasskeyRow& passkey) {
    const bool made =
        database_
            .query(R"(
        INSERT INTO passkey (account_id, credential_id, cose_key, counter, unlocks, backed_up, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
    )")
            .bind(passkey.account, passkey.credential_id, passkey.cose_key, static_cast<std::int64_t>(passkey.counter),
                  passkey.unlocks ? 1 : 0, passkey.backed_up ? 1 : 0, passkey.created_at)
            .try_run();
    if (!made) return fail(ErrorCode::conflict, "passkey.exists");
    return database_.last_row();
}

std::optional<ports::PasskeyRow> SqlPasskeys::find(ByteView credential_id) const {
    auto query = database_.query(R"(
        SELECT id, account_id, credential_id, cose_key, counter, unlocks, backed_up, created_at, last_used_at
          FROM passkey WHERE credential_id = ?
    )");
    if (!query.bind(credential_id).step()) return std::nullopt;
    return passkey_row(query);
}

std::vector<ports::PasskeyRow> SqlPasskeys::of_account(std::int64_t account) const {
    auto query = database_.query(R"(
        SELECT id, account_id, credential_id, cose_key, counter, unlocks, backed_up, created_at, last_used_at
          FROM passkey WHERE account_id = ? ORDER BY id
    )");
    query.bind(account);
    std::vector<ports::PasskeyRow> rows;
    while (query.step()) rows.push_back(passkey_row(query));
    return rows;
}

void SqlPasskeys::used(std::int64_t id, std::uint32_t counter, bool backed_up, UnixSeconds at) {
    database_.query("UPDATE passkey SET counter = max(counter, ?), backed_up = ?, last_used_at = ? WHERE id = ?")
        .bind(static_cast<std::int64_t>(counter), backed_up ? 1 : 0, at, id)
        .run();
}

void SqlPasskeys::remove(std::int64_t id) { database_.query("DELETE FROM passkey WHERE id = ?").bind(id).run(); }

void SqlPasskeys::remove_of_account(std::int64_t account) {
    database_.query("DELETE FROM passkey WHERE account_id = ?").bind(account).run();
}

}  // namespace rogatory::storage
