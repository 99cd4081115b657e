#include "platform/base/try.hpp"
#include "storage/repositories/sql_repositories.hpp"

namespace rogatory::storage {

namespace {

// Codes are unique here. A Party that founded anew keeps its older registers under "SEN~1", "SEN~2", …, which no code
// is.
constexpr char kSucceeded = '~';

ports::PartyRow party_row(const Query& row) {
    const auto place = row.text(1);
    const auto mark = place.find(kSucceeded);
    const auto quota = row.optional_integer(7);
    return {.id = row.integer(0),
            .code = place.substr(0, mark),
            .name = row.text(2),
            .register_chain = row.optional_id<ports::ChainId>(3),
            .founded_id = row.optional_id<ports::PartyId>(4),
            .created_at = row.integer(5),
            .suspended_at = row.optional_integer(6),
            .quota_bytes = quota ? std::optional{static_cast<std::uint64_t>(*quota)} : std::nullopt,
            .succeeded = mark != std::string::npos,
            .place = place};
}

std::vector<std::string> codes_in(Query& query) {
    std::vector<std::string> codes;
    while (query.step()) {
        // An older register of a Party that founded anew speaks for nobody any more.
        if (auto code = query.text(0); code.find(kSucceeded) == std::string::npos) codes.push_back(std::move(code));
    }
    return codes;
}

std::optional<ports::PartyRow> one_party(Query& query) {
    if (!query.step()) return std::nullopt;
    return party_row(query);
}

model::Role role_of(const std::string& text) {
    const auto role = model::parse_role(text);
    if (!role) throw StorageDamaged{"sqlite: an unknown role is stored"};
    return *role;
}

ports::MemberRow member_row(const Query& row) {
    return {.register_chain = row.id<ports::ChainId>(0),
            .authority = row.id<ports::AuthorityId>(1),
            .member = row.id<ports::MemberId>(2),
            .role = role_of(row.text(3)),
            .service = row.integer(4) != 0,
            .signing_key_sha256 = row.id<ports::Digest>(5),
            .root_authority = row.integer(6) != 0};
}

}  // namespace

std::optional<ports::PartyRow> SqlParties::find(const std::string& code) const {
    auto query = database_.query(R"(
        SELECT id, code, name, register_chain, founded_id, created_at, suspended_at, quota_bytes FROM party WHERE code = ?
    )");
    return one_party(query.bind(code));
}

std::optional<ports::PartyRow> SqlParties::find_by_id(std::int64_t id) const {
    auto query = database_.query(R"(
        SELECT id, code, name, register_chain, founded_id, created_at, suspended_at, quota_bytes FROM party WHERE id = ?
    )");
    return one_party(query.bind(id));
}

std::optional<ports::PartyRow> SqlParties::find_by_register(ports::ChainId chain) const {
    auto query = database_.query(R"(
        SELECT id, code, name, register_chain, founded_id, created_at, suspended_at, quota_bytes FROM party WHERE register_chain = ?
    )");
    return one_party(query.bind(chain));
}

std::optional<ports::PartyRow> SqlParties::find_by_founded(ports::PartyId founded) const {
    auto query = database_.query(R"(
        SELECT id, code, name, register_chain, founded_id, created_at, suspended_at, quota_bytes FROM party WHERE founded_id = ?
    )");
    return one_party(query.bind(founded));
}

std::vector<ports::PartyRow> SqlParties::list(const std::string& after, std::size_t limit) const {
    auto query = database_.query(R"(
        SELECT id, code, name, register_chain, founded_id, created_at, suspended_at, quota_bytes
          FROM party WHERE code > ? ORDER BY code LIMIT ?
    )");
    query.bind(after, limit);
    std::vector<ports::PartyRow> parties;
    while (query.step()) parties.push_back(party_row(query));
    return parties;
}

Result<std::int64_t> SqlParties::create(const std::string& code, const std::string& name, UnixSeconds at) {
    if (!database_.query("INSERT INTO party (code, name, created_at) VALUES (?, ?, ?)")
             .bind(code, name, at)
             .try_run()) {
        return fail(ErrorCode::conflict, "party.exists");
    }
    return database_.last_row();
}

Result<> SqlParties::set_founded(std::int64_t party, ports::ChainId register_chain, ports::PartyId founded) {
    database_.query("UPDATE party SET register_chain = ?, founded_id = ? WHERE id = ? AND register_chain IS NULL")
        .bind(register_chain, founded, party)
        .run();
    if (database_.changed_rows() != 1) return fail(ErrorCode::conflict, "party.founded");
    return {};
}

Result<> SqlParties::set_founded_anew(std::int64_t party, ports::ChainId register_chain, ports::PartyId founded,
                                      UnixSeconds at) {
    const auto before = find_by_id(party);
    if (!before || !before->register_chain || before->succeeded) return fail(ErrorCode::conflict, "party.founded");
    std::uint64_t number = 1;
    {
        auto query = database_.query("SELECT count(*) + 1 FROM party WHERE code LIKE ? || '~%'");
        if (query.bind(before->code).step()) number = query.count(0);
    }
    database_.query("UPDATE party SET code = ? WHERE id = ?")
        .bind(before->code + kSucceeded + std::to_string(number), party)
        .run();
    ROGATORY_TRY(const auto anew, create(before->code, before->name, at));
    return set_founded(anew, register_chain, founded);
}

void SqlParties::suspend(std::int64_t party, std::optional<UnixSeconds> at, const std::string& reason) {
    database_.query("UPDATE party SET suspended_at = ?, suspension_reason = ? WHERE id = ?")
        .bind(at, reason, party)
        .run();
}

void SqlParties::set_quota(std::int64_t party, std::optional<std::uint64_t> bytes) {
    const auto stored = bytes ? std::optional{static_cast<std::int64_t>(*bytes)} : std::nullopt;
    database_.query("UPDATE party SET quota_bytes = ? WHERE id = ?").bind(stored, party).run();
}

ports::PartyActivity SqlParties::activity(ports::ChainId register_chain, UnixSeconds since) const {
    ports::PartyActivity activity;
    {
        auto query = database_.query(R"(
            SELECT count(*) FROM session
             WHERE last_seen_at >= ? AND account_id IN (SELECT account_id FROM account_membership WHERE register_chain = ?)
        )");
        if (query.bind(since, register_chain).step()) activity.sessions = query.count(0);
    }
    auto query = database_.query(R"(
        SELECT member.authority, account.seen_on, account.kit_key IS NOT NULL
          FROM member
          JOIN account_membership ON account_membership.register_chain = member.register_chain
                                 AND account_membership.member = member.member
          JOIN account ON account.id = account_membership.account_id
         WHERE member.register_chain = ? AND member.role = 'custodian' AND member.service = 0
         ORDER BY member.member, account.id
    )");
    query.bind(register_chain);
    while (query.step()) {
        activity.custodians.push_back(
            {query.id<ports::AuthorityId>(0), query.optional_integer(1), query.integer(2) != 0});
    }
    return activity;
}

std::optional<ports::MemberRow> SqlParties::find_member(ports::ChainId register_chain, ports::MemberId member) const {
    auto query = database_.query(R"(
        SELECT register_chain, authority, member, role, service, signing_key_sha256, root_authority
          FROM member WHERE register_chain = ? AND member = ?
    )");
    if (!query.bind(register_chain, member).step()) return std::nullopt;
    return member_row(query);
}

std::vector<ports::MemberRow> SqlParties::members(ports::ChainId register_chain) const {
    auto query = database_.query(R"(
        SELECT register_chain, authority, member, role, service, signing_key_sha256, root_authority
          FROM member WHERE register_chain = ? ORDER BY member
    )");
    query.bind(register_chain);
    std::vector<ports::MemberRow> members;
    while (query.step()) members.push_back(member_row(query));
    return members;
}

void SqlParties::replace_members(ports::ChainId register_chain, const std::vector<ports::MemberRow>& members) {
    database_.query("DELETE FROM member WHERE register_chain = ?").bind(register_chain).run();
    for (const auto& member : members) {
        database_
            .query(R"(
            INSERT INTO member (register_chain, member, authority, role, service, signing_key_sha256,
                                root_authority)
            VALUES (?, ?, ?, ?, ?, ?, ?)
        )")
            .bind(register_chain, member.member, member.authority, to_text(member.role), member.service,
                  member.signing_key_sha256, member.root_authority)
            .run();
    }
}

std::optional<ports::PartyRow> SqlParties::find_by_authority(ports::AuthorityId authority) const {
    auto query = database_.query(R"(
        SELECT id, code, name, register_chain, founded_id, created_at, suspended_at, quota_bytes FROM party
         WHERE register_chain = (SELECT register_chain FROM member WHERE authority = ? LIMIT 1)
    )");
    return one_party(query.bind(authority));
}

std::optional<ports::PartyAccess> SqlParties::access(ports::ChainId register_chain) const {
    auto query = database_.query(R"(
        SELECT address_ranges, native_only, passkey_refused, totp_refused, session_idle, session_absolute, client_ca
          FROM party_access WHERE register_chain = ?
    )");
    query.bind(register_chain);
    if (!query.step()) return std::nullopt;
    return ports::PartyAccess{.address_ranges = query.text(0),
                              .native_only = query.integer(1) != 0,
                              .passkey_refused = query.integer(2) != 0,
                              .totp_refused = query.integer(3) != 0,
                              .session_idle = query.integer(4),
                              .session_absolute = query.integer(5),
                              .client_ca = query.text(6)};
}

void SqlParties::set_access(ports::ChainId register_chain, const ports::PartyAccess& rules) {
    database_
        .query(R"(
            INSERT INTO party_access (register_chain, address_ranges, native_only, passkey_refused, totp_refused, session_idle, session_absolute, client_ca)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (register_chain) DO UPDATE SET address_ranges = excluded.address_ranges, native_only = excluded.native_only,
              passkey_refused = excluded.passkey_refused, totp_refused = excluded.totp_refused,
              session_idle = excluded.session_idle, session_absolute = excluded.session_absolute,
              client_ca = excluded.client_ca
        )")
        .bind(register_chain, rules.address_ranges, rules.native_only, rules.passkey_refused, rules.totp_refused,
              rules.session_idle, rules.session_absolute, rules.client_ca)
        .run();
}

std::vector<std::string> SqlParties::codes_of(const std::string& user_name) const {
    auto query = database_.query(R"(
        SELECT DISTINCT p.code
          FROM account AS a
          JOIN account_membership AS m ON m.account_id = a.id
          JOIN member AS r ON r.register_chain = m.register_chain AND r.member = m.member
          JOIN party AS p ON p.register_chain = m.register_chain
         WHERE a.user_name = ? ORDER BY p.code
    )");
    query.bind(user_name);
    return codes_in(query);
}

std::vector<std::string> SqlParties::codes_reading(ports::ChainId chain) const {
    auto query = database_.query(R"(
        SELECT code
          FROM party
         WHERE register_chain = ?1
            OR founded_id IN (
                 SELECT dossier_reader.party
                   FROM chain
                   JOIN dossier ON dossier.chain_id = chain.id
                   JOIN dossier_reader ON dossier_reader.chain_id = chain.id
                  WHERE chain.chain = ?1 AND dossier_reader.until_seq IS NULL AND dossier.kind <> 'library')
         ORDER BY code
    )");
    query.bind(chain);
    return codes_in(query);
}

std::uint64_t SqlParties::count() const {
    auto query = database_.query("SELECT count(*) FROM party");
    return query.step() ? query.count(0) : 0;
}

}  // namespace rogatory::storage
