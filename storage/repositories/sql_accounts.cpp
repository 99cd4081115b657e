#include <array>

#include "storage/repositories/sql_repositories.hpp"

namespace rogatory::storage {

namespace {

constexpr std::array<std::string_view, 4> kKinds{"member", "administrator", "auditor", "service"};

ports::AccountKindRow kind_of(std::string_view text) {
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (kKinds[i] == text) return static_cast<ports::AccountKindRow>(i);
    }
    throw StorageDamaged{"sqlite: an unknown kind of account is stored"};
}

std::optional<ports::AccountRow> one_account(Query& row) {
    if (!row.step()) return std::nullopt;
    return ports::AccountRow{.id = row.integer(0),
                             .user_name = row.text(1),
                             .kind = kind_of(row.text(2)),
                             .language = row.text(3),
                             .sign_in_key = row.id<ByteArray<32>>(4),
                             .kit_key = row.optional_id<ByteArray<32>>(5),
                             .totp_secret = row.optional_id<ByteArray<20>>(6),
                             .totp_last_counter = row.integer(7),
                             .bundle_version = row.count(8),
                             .state_version = row.count(9),
                             .created_at = row.integer(10),
                             .suspended_at = row.optional_integer(11),
                             .kit_waiting_since = row.optional_integer(12),
                             .kit_tried_at = row.optional_integer(13),
                             .kit_used_at = row.optional_integer(14)};
}

}  // namespace

std::optional<ports::AccountRow> SqlAccounts::find(std::int64_t id) const {
    auto query = database_.query(R"(
        SELECT id, user_name, kind, language, sign_in_key, kit_key, totp_secret, totp_last_counter, bundle_version,
               state_version, created_at, suspended_at, kit_waiting_since, kit_tried_at, kit_used_at
          FROM account WHERE id = ?
    )");
    return one_account(query.bind(id));
}

std::optional<ports::AccountRow> SqlAccounts::find_by_name(const std::string& user_name) const {
    auto query = database_.query(R"(
        SELECT id, user_name, kind, language, sign_in_key, kit_key, totp_secret, totp_last_counter, bundle_version,
               state_version, created_at, suspended_at, kit_waiting_since, kit_tried_at, kit_used_at
          FROM account WHERE user_name = ?
    )");
    return one_account(query.bind(user_name));
}

Result<std::int64_t> SqlAccounts::create(const ports::AccountRow& account) {
    const bool made = database_
                          .query(R"(
        INSERT INTO account (user_name, kind, language, sign_in_key, kit_key, totp_secret, totp_last_counter, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    )")
                          .bind(account.user_name, kKinds.at(static_cast<std::size_t>(account.kind)), account.language,
                                account.sign_in_key, account.kit_key, account.totp_secret, account.totp_last_counter,
                                account.created_at)
                          .try_run();
    if (!made) return fail(ErrorCode::conflict, "account.name_taken");
    return database_.last_row();
}

void SqlAccounts::set_keys(std::int64_t id, const ByteArray<32>& sign_in_key,
                           const std::optional<ByteArray<32>>& kit_key) {
    database_.query("UPDATE account SET sign_in_key = ?, kit_key = ? WHERE id = ?")
        .bind(sign_in_key, kit_key, id)
        .run();
}

void SqlAccounts::set_totp(std::int64_t id, const ByteArray<20>& secret, std::int64_t last_counter) {
    database_.query("UPDATE account SET totp_secret = ?, totp_last_counter = ? WHERE id = ?")
        .bind(secret, last_counter, id)
        .run();
}

void SqlAccounts::spend_totp(std::int64_t id, std::int64_t counter) {
    database_.query("UPDATE account SET totp_last_counter = max(totp_last_counter, ?) WHERE id = ?")
        .bind(counter, id)
        .run();
}

void SqlAccounts::seen(std::int64_t id, UnixSeconds day) {
    database_.query("UPDATE account SET seen_on = ? WHERE id = ?").bind(day, id).run();
}

void SqlAccounts::set_kit_waiting(std::int64_t id, std::optional<UnixSeconds> since) {
    database_
        .query("UPDATE account SET kit_waiting_since = ?1, kit_tried_at = coalesce(?1, kit_tried_at) WHERE id = ?2")
        .bind(since, id)
        .run();
}

void SqlAccounts::kit_told(std::int64_t id) {
    database_.query("UPDATE account SET kit_tried_at = NULL WHERE id = ?").bind(id).run();
}

void SqlAccounts::set_kit_used(std::int64_t id, std::optional<UnixSeconds> at) {
    database_.query("UPDATE account SET kit_used_at = ? WHERE id = ?").bind(at, id).run();
}

void SqlAccounts::suspend(std::int64_t id, std::optional<UnixSeconds> at, const std::string& reason) {
    database_.query("UPDATE account SET suspended_at = ?, suspension_reason = ? WHERE id = ?")
        .bind(at, reason, id)
        .run();
}

Bytes SqlAccounts::bundle(std::int64_t id) const {
    auto query = database_.query("SELECT bundle FROM account WHERE id = ?");
    return query.bind(id).step() ? query.bytes(0) : Bytes{};
}

void SqlAccounts::set_bundle(std::int64_t id, std::uint64_t version, ByteView bytes) {
    database_.query("UPDATE account SET bundle = ?, bundle_version = ? WHERE id = ?").bind(bytes, version, id).run();
}

Bytes SqlAccounts::state(std::int64_t id) const {
    auto query = database_.query("SELECT state FROM account WHERE id = ?");
    return query.bind(id).step() ? query.bytes(0) : Bytes{};
}

void SqlAccounts::set_state(std::int64_t id, std::uint64_t version, ByteView bytes) {
    database_.query("UPDATE account SET state = ?, state_version = ? WHERE id = ?").bind(bytes, version, id).run();
}

std::vector<ports::AccountMembership> SqlAccounts::memberships(std::int64_t id) const {
    auto query = database_.query(R"(
        SELECT register_chain, member FROM account_membership WHERE account_id = ? ORDER BY register_chain, member
    )");
    query.bind(id);
    std::vector<ports::AccountMembership> memberships;
    while (query.step()) memberships.push_back({query.id<ports::ChainId>(0), query.id<ports::MemberId>(1)});
    return memberships;
}

void SqlAccounts::add_membership(std::int64_t id, ports::ChainId register_chain, ports::MemberId member) {
    database_
        .query(R"(
        INSERT INTO account_membership (account_id, register_chain, member) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
    )")
        .bind(id, register_chain, member)
        .run();
}

void SqlAccounts::remove_membership(std::int64_t id, ports::ChainId register_chain, ports::MemberId member) {
    database_.query("DELETE FROM account_membership WHERE account_id = ? AND register_chain = ? AND member = ?")
        .bind(id, register_chain, member)
        .run();
}

std::vector<std::int64_t> SqlAccounts::accounts_of(ports::ChainId register_chain, ports::MemberId member) const {
    auto query = database_.query("SELECT account_id FROM account_membership WHERE register_chain = ? AND member = ?");
    query.bind(register_chain, member);
    std::vector<std::int64_t> accounts;
    while (query.step()) accounts.push_back(query.integer(0));
    return accounts;
}

std::uint64_t SqlAccounts::count() const {
    auto query = database_.query("SELECT count(*) FROM account");
    return query.step() ? query.count(0) : 0;
}

}  // namespace rogatory::storage
