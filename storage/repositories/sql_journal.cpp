#include "storage/repositories/sql_repositories.hpp"

namespace rogatory::storage {

namespace {

ports::AuditRow audit_row(const Query& query, int first) {
    return {.sequence = query.count(first),
            .at = query.integer(first + 1),
            .actor = query.text(first + 2),
            .action = query.text(first + 3),
            .object = query.text(first + 4),
            .outcome = query.text(first + 5)};
}

}  // namespace

void SqlJournal::audit(const ports::AuditRow& row) {
    database_.query("INSERT INTO audit (at, actor, action, object, outcome) VALUES (?, ?, ?, ?, ?)")
        .bind(row.at, row.actor, row.action, row.object, row.outcome)
        .run();
    const auto sequence = database_.last_row();
    // One writer gives the numbers within the transaction of what they tell of: undone with it, and never seen before
    // it.
    for (const auto& concern : row.concerns) {
        database_
            .query(R"(
                INSERT INTO party_audit (party, number, sequence, authority)
                VALUES (?1, coalesce((SELECT max(number) FROM party_audit WHERE party = ?1), 0) + 1, ?2, ?3)
            )")
            .bind(concern.party, sequence, concern.authority)
            .run();
    }
}

std::vector<ports::AuditRow> SqlJournal::audit_before(std::uint64_t sequence, std::size_t limit) const {
    auto query = database_.query(R"(
        SELECT sequence, at, actor, action, object, outcome FROM audit WHERE sequence < ? ORDER BY sequence DESC LIMIT ?
    )");
    query.bind(sequence, limit);
    std::vector<ports::AuditRow> rows;
    while (query.step()) rows.push_back(audit_row(query, 0));
    return rows;
}

std::vector<ports::AuditRow> SqlJournal::audit_after(std::uint64_t sequence, std::size_t limit) const {
    auto query = database_.query(R"(
        SELECT sequence, at, actor, action, object, outcome FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?
    )");
    query.bind(sequence, limit);
    std::vector<ports::AuditRow> rows;
    while (query.step()) rows.push_back(audit_row(query, 0));
    return rows;
}

std::vector<ports::PartyAuditRow> SqlJournal::party_audit_after(const std::string& party, std::uint64_t number,
                                                                std::size_t limit) const {
    auto query = database_.query(R"(
        SELECT p.number, p.authority, a.sequence, a.at, a.actor, a.action, a.object, a.outcome
          FROM party_audit AS p JOIN audit AS a ON a.sequence = p.sequence
         WHERE p.party = ? AND p.number > ? ORDER BY p.number LIMIT ?
    )");
    query.bind(party, number, limit);
    std::vector<ports::PartyAuditRow> rows;
    while (query.step()) {
        rows.push_back({query.count(0), audit_row(query, 2), query.optional_id<ports::AuthorityId>(1)});
    }
    return rows;
}

std::uint64_t SqlJournal::newest_audit(const std::optional<std::string>& party) const {
    if (!party) {
        auto query = database_.query("SELECT coalesce(max(sequence), 0) FROM audit");
        return query.step() ? query.count(0) : 0;
    }
    auto query = database_.query("SELECT coalesce(max(number), 0) FROM party_audit WHERE party = ?");
    query.bind(*party);
    return query.step() ? query.count(0) : 0;
}

void SqlJournal::publish(const ports::OutboxRow& row) {
    database_.query("INSERT INTO outbox (at, kind, subject) VALUES (?, ?, ?)")
        .bind(row.at, row.kind, row.subject)
        .run();
}

std::vector<ports::OutboxRow> SqlJournal::outbox_after(std::uint64_t id, std::size_t limit) const {
    auto query = database_.query("SELECT id, at, kind, subject FROM outbox WHERE id > ? ORDER BY id LIMIT ?");
    query.bind(id, limit);
    std::vector<ports::OutboxRow> rows;
    while (query.step()) rows.push_back({query.count(0), query.integer(1), query.text(2), query.text(3)});
    return rows;
}

// Numbers and times of the outbox grow together, so neither this nor what follows looks at more rows than it must.
std::uint64_t SqlJournal::newest_outbox(const std::optional<UnixSeconds>& before) const {
    if (!before) {
        auto query = database_.query("SELECT coalesce(max(id), 0) FROM outbox");
        return query.step() ? query.count(0) : 0;
    }
    auto query = database_.query("SELECT id FROM outbox WHERE at < ? ORDER BY id DESC LIMIT 1");
    return query.bind(*before).step() ? query.count(0) : 0;
}

// A number is given once: the table remembers the last one, also when it is empty.
std::size_t SqlJournal::prune_outbox(std::uint64_t through, UnixSeconds before, std::size_t limit) {
    auto query = database_.query(R"(
        DELETE FROM outbox
         WHERE id IN (SELECT id FROM (SELECT id, at FROM outbox WHERE id <= ? ORDER BY id LIMIT ?) WHERE at < ?)
        RETURNING id
    )");
    query.bind(through, limit, before);
    std::size_t gone = 0;
    while (query.step()) ++gone;
    return gone;
}

std::optional<ports::StoredReply> SqlJournal::find_reply(std::int64_t account, const std::string& key) const {
    auto query =
        database_.query("SELECT request_sha256, status, body, at FROM reply WHERE account_id = ? AND request_key = ?");
    if (!query.bind(account, key).step()) return std::nullopt;
    return ports::StoredReply{query.id<ports::Digest>(0), static_cast<int>(query.integer(1)), query.bytes(2),
                              query.integer(3)};
}

void SqlJournal::keep_reply(std::int64_t account, const std::string& key, const ports::StoredReply& reply) {
    // The first answer stands: two equal requests in flight at once must not disagree later.
    database_
        .query(R"(
        INSERT INTO reply (account_id, request_key, request_sha256, status, body, at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
    )")
        .bind(account, key, reply.request, reply.status, reply.body, reply.at)
        .run();
}

void SqlJournal::forget_replies(UnixSeconds before) {
    database_.query("DELETE FROM reply WHERE at < ?").bind(before).run();
}

std::optional<Bytes> SqlJournal::value(const std::string& name) const {
    auto query = database_.query("SELECT bytes FROM server_value WHERE name = ?");
    if (!query.bind(name).step()) return std::nullopt;
    return query.bytes(0);
}

void SqlJournal::set_value(const std::string& name, ByteView bytes) {
    database_
        .query(
            "INSERT INTO server_value (name, bytes) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET bytes = "
            "excluded.bytes")
        .bind(name, bytes)
        .run();
}

}  // namespace rogatory::storage
