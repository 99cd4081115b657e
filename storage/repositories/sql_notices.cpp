#include "storage/repositories/sql_repositories.hpp"

namespace rogatory::storage {

namespace {

ports::NoticeRow notice_row(const Query& row) {
    const auto minutes = [&row](int column) -> std::optional<int> {
        const auto value = row.optional_integer(column);
        if (!value) return std::nullopt;
        return static_cast<int>(*value);
    };
    return {.account = row.integer(0),
            .address = row.text(1),
            .language = row.text(2),
            .every = row.integer(3),
            .quiet_from = minutes(4),
            .quiet_until = minutes(5),
            .pending = row.optional_integer(6),
            .sent_at = row.optional_integer(7),
            .failed_at = row.optional_integer(8),
            .failure = row.text(9),
            .failures = static_cast<int>(row.integer(10)),
            .refused = row.integer(11) != 0,
            .urgent = row.integer(12) != 0};
}

std::optional<std::int64_t> widened(const std::optional<int>& minutes) {
    if (!minutes) return std::nullopt;
    return *minutes;
}

}  // namespace

std::optional<ports::NoticeRow> SqlNotices::find(std::int64_t account) const {
    auto query = database_.query(R"(
        SELECT notice.account_id, notice.address, account.language, notice.every, notice.quiet_from, notice.quiet_until,
               notice.pending, notice.sent_at, notice.failed_at, notice.failure, notice.failures, notice.refused,
               notice.urgent
          FROM notice JOIN account ON account.id = notice.account_id
         WHERE notice.account_id = ?
    )");
    if (!query.bind(account).step()) return std::nullopt;
    return notice_row(query);
}

void SqlNotices::set(const ports::NoticeRow& notice) {
    database_
        .query(R"(
        INSERT INTO notice (account_id, address, every, quiet_from, quiet_until) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (account_id) DO UPDATE
               SET address = excluded.address, every = excluded.every, quiet_from = excluded.quiet_from,
                   quiet_until = excluded.quiet_until, failed_at = NULL, failure = '', failures = 0, refused = 0
    )")
        .bind(notice.account, notice.address, notice.every, widened(notice.quiet_from), widened(notice.quiet_until))
        .run();
}

void SqlNotices::remove(std::int64_t account) {
    database_.query("DELETE FROM notice WHERE account_id = ?").bind(account).run();
}

void SqlNotices::stir_chain(ports::ChainId chain, UnixSeconds at) {
    // A register: its Party's members. A dossier: the members of the authorities that read it now. Receipts tell
    // nobody: that somebody has opened something is no news that a person must be called for. Nor does the library:
    // what is published for ten thousand people waits for none of them.
    database_
        .query(R"(
        UPDATE notice SET pending = ?2
         WHERE account_id IN (
           SELECT account_membership.account_id
             FROM account_membership
             JOIN member ON member.register_chain = account_membership.register_chain
                        AND member.member = account_membership.member
            WHERE member.register_chain = ?1
               OR member.authority IN (
                    SELECT dossier_reader.authority
                      FROM dossier_reader
                      JOIN chain ON chain.id = dossier_reader.chain_id
                      JOIN dossier ON dossier.chain_id = dossier_reader.chain_id
                     WHERE chain.chain = ?1 AND dossier_reader.until_seq IS NULL AND dossier.kind <> 'library'))
    )")
        .bind(chain, at)
        .run();
}

void SqlNotices::stir_account(const std::string& user_name, UnixSeconds at) {
    database_
        .query(R"(
        UPDATE notice SET pending = ?2
         WHERE account_id = (SELECT id FROM account WHERE user_name = ?1)
    )")
        .bind(user_name, at)
        .run();
}

void SqlNotices::stir_inviter(ports::InvitationId invitation, UnixSeconds at) {
    database_
        .query(R"(
        UPDATE notice SET pending = ?2
         WHERE account_id = (SELECT inviter_id FROM invitation WHERE id = ?1)
    )")
        .bind(invitation, at)
        .run();
}

void SqlNotices::stir_guardians(const std::string& user_name, UnixSeconds at) {
    database_
        .query(R"(
        UPDATE notice SET pending = ?2, urgent = 1
         WHERE account_id IN (
           SELECT id FROM account WHERE user_name = ?1
           UNION
           SELECT guarding.account_id
             FROM account
             JOIN account_membership AS held ON held.account_id = account.id
             JOIN member AS own ON own.register_chain = held.register_chain AND own.member = held.member
             JOIN member AS guard ON guard.authority = own.authority AND guard.role = 'custodian'
             JOIN account_membership AS guarding
               ON guarding.register_chain = guard.register_chain AND guarding.member = guard.member
            WHERE account.user_name = ?1
           UNION
           SELECT other.id
             FROM account JOIN account AS other ON other.kind = 'administrator'
            WHERE account.user_name = ?1 AND account.kind IN ('administrator', 'auditor'))
    )")
        .bind(user_name, at)
        .run();
}

std::vector<ports::NoticeRow> SqlNotices::pending(std::size_t limit) const {
    auto query = database_.query(R"(
        SELECT notice.account_id, notice.address, account.language, notice.every, notice.quiet_from, notice.quiet_until,
               notice.pending, notice.sent_at, notice.failed_at, notice.failure, notice.failures, notice.refused,
               notice.urgent
          FROM notice JOIN account ON account.id = notice.account_id
         WHERE notice.pending IS NOT NULL AND notice.refused = 0 AND account.suspended_at IS NULL
         ORDER BY notice.pending, notice.account_id LIMIT ?
    )");
    query.bind(limit);
    std::vector<ports::NoticeRow> rows;
    while (query.step()) rows.push_back(notice_row(query));
    return rows;
}

void SqlNotices::sent(std::int64_t account, UnixSeconds at) {
    database_
        .query(R"(
        UPDATE notice
           SET pending = NULL, sent_at = nullif(?2, 0), failed_at = NULL, failure = '', failures = 0, urgent = 0
         WHERE account_id = ?1
    )")
        .bind(account, at)
        .run();
}

void SqlNotices::failed(std::int64_t account, const std::string& failure, bool refused, UnixSeconds at) {
    database_
        .query(R"(
        UPDATE notice SET failed_at = ?, failure = ?, failures = failures + 1, refused = ? WHERE account_id = ?
    )")
        .bind(at, failure, refused ? 1 : 0, account)
        .run();
}

}  // namespace rogatory::storage
