#include <array>

#include "storage/repositories/sql_repositories.hpp"

namespace rogatory::storage {

namespace {

constexpr std::array<std::string_view, 3> kScopes{"full", "enrolment", "kit"};

ports::SessionRow session_row(const Query& row) {
    const auto text = row.text(4);
    std::size_t scope = 0;
    while (scope < kScopes.size() && kScopes[scope] != text) ++scope;
    if (scope == kScopes.size()) throw StorageDamaged{"sqlite: an unknown scope is stored"};
    return {.id = row.id<ports::SessionId>(0),
            .account = row.optional_integer(1),
            .invitation = row.optional_id<ports::InvitationId>(2),
            .user_name = row.text(3),
            .scope = static_cast<ports::ScopeRow>(scope),
            .created_at = row.integer(5),
            .last_seen_at = row.integer(6),
            .stepped_up_at = row.integer(7),
            .certificate = row.optional_id<ports::Digest>(8)};
}

std::optional<ports::SessionRow> one_session(Query& query) {
    if (!query.step()) return std::nullopt;
    return session_row(query);
}

}  // namespace

void SqlSessions::create(const ports::SessionRow& session, const ports::Digest& token_sha256) {
    database_
        .query(R"(
        INSERT INTO session (id, token_sha256, account_id, invitation_id, scope, created_at, last_seen_at, stepped_up_at,
                             certificate)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    )")
        .bind(session.id, token_sha256, session.account, session.invitation,
              kScopes.at(static_cast<std::size_t>(session.scope)), session.created_at, session.last_seen_at,
              session.stepped_up_at, session.certificate)
        .run();
}

std::optional<ports::SessionRow> SqlSessions::find_by_token(const ports::Digest& token_sha256) const {
    auto query = database_.query(R"(
        SELECT session.id, session.account_id, session.invitation_id, account.user_name, session.scope,
               session.created_at, session.last_seen_at, session.stepped_up_at, session.certificate
          FROM session LEFT JOIN account ON account.id = session.account_id
         WHERE session.token_sha256 = ?
    )");
    return one_session(query.bind(token_sha256));
}

std::optional<ports::SessionRow> SqlSessions::find(ports::SessionId id) const {
    auto query = database_.query(R"(
        SELECT session.id, session.account_id, session.invitation_id, account.user_name, session.scope,
               session.created_at, session.last_seen_at, session.stepped_up_at, session.certificate
          FROM session LEFT JOIN account ON account.id = session.account_id
         WHERE session.id = ?
    )");
    return one_session(query.bind(id));
}

void SqlSessions::touch(ports::SessionId id, UnixSeconds at) {
    database_.query("UPDATE session SET last_seen_at = max(last_seen_at, ?) WHERE id = ?").bind(at, id).run();
}

void SqlSessions::stepped_up(ports::SessionId id, UnixSeconds at) {
    database_.query("UPDATE session SET stepped_up_at = ? WHERE id = ?").bind(at, id).run();
}

void SqlSessions::began_with(ports::SessionId id, const ports::Digest& certificate) {
    database_.query("UPDATE session SET certificate = ? WHERE id = ?").bind(certificate, id).run();
}

void SqlSessions::remove(ports::SessionId id) { database_.query("DELETE FROM session WHERE id = ?").bind(id).run(); }

void SqlSessions::remove_of_account(std::int64_t account, std::optional<ports::SessionId> except) {
    database_.query("DELETE FROM session WHERE account_id = ? AND id IS NOT ?").bind(account, except).run();
}

void SqlSessions::remove_kits_alone(std::int64_t account) {
    database_.query("DELETE FROM session WHERE account_id = ? AND scope = 'kit' AND stepped_up_at = 0")
        .bind(account)
        .run();
}

void SqlSessions::remove_of_invitation(ports::InvitationId invitation) {
    database_.query("DELETE FROM session WHERE invitation_id = ?").bind(invitation).run();
}

std::size_t SqlSessions::remove_expired(UnixSeconds last_seen_before, UnixSeconds created_before) {
    database_.query("DELETE FROM session WHERE last_seen_at < ? OR created_at < ?")
        .bind(last_seen_before, created_before)
        .run();
    return static_cast<std::size_t>(database_.changed_rows());
}

std::vector<ports::SessionRow> SqlSessions::list(std::optional<std::int64_t> account, ports::SessionId after,
                                                 std::size_t limit) const {
    auto query = database_.query(R"(
        SELECT session.id, session.account_id, session.invitation_id, account.user_name, session.scope,
               session.created_at, session.last_seen_at, session.stepped_up_at, session.certificate
          FROM session LEFT JOIN account ON account.id = session.account_id
         WHERE (?1 IS NULL OR session.account_id = ?1) AND session.id > ?2
         ORDER BY session.id LIMIT ?3
    )");
    query.bind(account, after, limit);
    std::vector<ports::SessionRow> sessions;
    while (query.step()) sessions.push_back(session_row(query));
    return sessions;
}

std::uint64_t SqlSessions::count() const {
    auto query = database_.query("SELECT count(*) FROM session");
    return query.step() ? query.count(0) : 0;
}

}  // namespace rogatory::storage
