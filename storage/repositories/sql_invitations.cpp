#include <array>

#include "storage/repositories/sql_repositories.hpp"

namespace rogatory::storage {

namespace {

constexpr std::array<std::string_view, 5> kKinds{"founder", "authority", "member", "rekey", "administrator"};
constexpr std::array<std::string_view, 4> kStates{"open", "answered", "spent", "cancelled"};

template <class Enum, std::size_t N>
Enum parse(const std::array<std::string_view, N>& names, std::string_view text) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == text) return static_cast<Enum>(i);
    }
    throw StorageDamaged{"sqlite: an unknown word is stored with an invitation"};
}

model::Role role_of(const std::string& text) {
    const auto role = model::parse_role(text);
    if (!role) throw StorageDamaged{"sqlite: an unknown role is stored"};
    return *role;
}

// Stored as an authority's invitation with a mark: what it is for stands in one column of an older schema.
std::string_view stored_kind(ports::InvitationFor kind) {
    if (kind == ports::InvitationFor::recovery) kind = ports::InvitationFor::authority;
    return kKinds.at(static_cast<std::size_t>(kind));
}

ports::InvitationFor kind_of(const Query& row) {
    return row.integer(17) != 0 ? ports::InvitationFor::recovery : parse<ports::InvitationFor>(kKinds, row.text(1));
}

ports::InvitationRow invitation_row(const Query& row) {
    return {.id = row.id<ports::InvitationId>(0),
            .kind = kind_of(row),
            .state = parse<ports::InvitationState>(kStates, row.text(2)),
            .party = row.optional_integer(3),
            .register_chain = row.optional_id<ports::ChainId>(4),
            .authority = row.optional_id<ports::AuthorityId>(5),
            .member = row.optional_id<ports::MemberId>(6),
            .role = role_of(row.text(7)),
            .made_at = row.integer(18),
            .not_after = row.integer(8),
            .redeem_sha256 = row.id<ports::Digest>(9),
            .card = row.bytes(10),
            .kept_code = row.bytes(11),
            .inviter = row.optional_integer(12),
            .totp_secret = row.optional_id<ByteArray<20>>(13),
            .record = row.bytes(14),
            .mac = row.bytes(15),
            .account = row.optional_integer(16)};
}

std::optional<ports::InvitationRow> one_invitation(Query& query) {
    if (!query.step()) return std::nullopt;
    return invitation_row(query);
}

std::vector<ports::InvitationRow> all_invitations(Query& query) {
    std::vector<ports::InvitationRow> invitations;
    while (query.step()) invitations.push_back(invitation_row(query));
    return invitations;
}

}  // namespace

Result<> SqlInvitations::create(const ports::InvitationRow& invitation) {
    const bool made =
        database_
            .query(R"(
        INSERT INTO invitation (id, kind, state, party_id, register_chain, authority, member, role, not_after,
                                redeem_sha256, card, kept_code, inviter_id, recovers, made_at)
        VALUES (?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    )")
            .bind(invitation.id, stored_kind(invitation.kind), invitation.party, invitation.register_chain,
                  invitation.authority, invitation.member, to_text(invitation.role), invitation.not_after,
                  invitation.redeem_sha256, invitation.card, invitation.kept_code, invitation.inviter,
                  invitation.kind == ports::InvitationFor::recovery ? 1 : 0, invitation.made_at)
            .try_run();
    if (!made) return fail(ErrorCode::conflict, "invitation.exists");
    return {};
}

std::optional<ports::InvitationRow> SqlInvitations::find(ports::InvitationId id) const {
    auto query = database_.query(R"(
        SELECT id, kind, state, party_id, register_chain, authority, member, role, not_after, redeem_sha256, card,
               kept_code, inviter_id, totp_secret, record, mac, account_id, recovers, made_at
          FROM invitation WHERE id = ?
    )");
    return one_invitation(query.bind(id));
}

std::optional<ports::InvitationRow> SqlInvitations::find_by_redeem(const ports::Digest& redeem_sha256) const {
    auto query = database_.query(R"(
        SELECT id, kind, state, party_id, register_chain, authority, member, role, not_after, redeem_sha256, card,
               kept_code, inviter_id, totp_secret, record, mac, account_id, recovers, made_at
          FROM invitation WHERE redeem_sha256 = ?
    )");
    return one_invitation(query.bind(redeem_sha256));
}

std::vector<ports::InvitationRow> SqlInvitations::list(ports::ChainId register_chain,
                                                       ports::AuthorityId authority) const {
    auto query = database_.query(R"(
        SELECT id, kind, state, party_id, register_chain, authority, member, role, not_after, redeem_sha256, card,
               kept_code, inviter_id, totp_secret, record, mac, account_id, recovers, made_at
          FROM invitation WHERE register_chain = ? AND authority = ? ORDER BY not_after DESC, id
    )");
    query.bind(register_chain, authority);
    return all_invitations(query);
}

std::vector<ports::InvitationRow> SqlInvitations::candidacies(std::int64_t account) const {
    auto query = database_.query(R"(
        SELECT id, kind, state, party_id, register_chain, authority, member, role, not_after, redeem_sha256, card,
               kept_code, inviter_id, totp_secret, record, mac, account_id, recovers, made_at
          FROM invitation WHERE account_id = ? AND recovers = 1 AND state = 'answered'
    )");
    query.bind(account);
    return all_invitations(query);
}

std::vector<ports::InvitationRow> SqlInvitations::open_of_party(std::int64_t party) const {
    auto query = database_.query(R"(
        SELECT id, kind, state, party_id, register_chain, authority, member, role, not_after, redeem_sha256, card,
               kept_code, inviter_id, totp_secret, record, mac, account_id, recovers, made_at
          FROM invitation WHERE party_id = ? AND state IN ('open', 'answered')
    )");
    query.bind(party);
    return all_invitations(query);
}

void SqlInvitations::set_totp(ports::InvitationId id, const ByteArray<20>& secret) {
    database_.query("UPDATE invitation SET totp_secret = ? WHERE id = ?").bind(secret, id).run();
}

void SqlInvitations::keep_credentials(ports::InvitationId id, const ports::PendingCredentials& credentials) {
    database_
        .query(R"(
        INSERT INTO pending_credentials (invitation_id, account_id, sign_in_key, kit_key, totp_secret,
                                         totp_last_counter, bundle)
        VALUES (?, ?, ?, ?, ?, ?, ?)
    )")
        .bind(id, credentials.account, credentials.sign_in_key, credentials.kit_key, credentials.totp_secret,
              credentials.totp_last_counter, credentials.bundle)
        .run();
}

std::optional<ports::PendingCredentials> SqlInvitations::take_credentials(ports::InvitationId id) {
    std::optional<ports::PendingCredentials> taken;
    {
        auto query = database_.query(R"(
            SELECT account_id, sign_in_key, kit_key, totp_secret, totp_last_counter, bundle
              FROM pending_credentials WHERE invitation_id = ?
        )");
        if (query.bind(id).step()) {
            taken = ports::PendingCredentials{.account = query.integer(0),
                                              .sign_in_key = query.id<ByteArray<32>>(1),
                                              .kit_key = query.optional_id<ByteArray<32>>(2),
                                              .totp_secret = query.id<ByteArray<20>>(3),
                                              .totp_last_counter = query.integer(4),
                                              .bundle = query.bytes(5)};
        }
    }
    database_.query("DELETE FROM pending_credentials WHERE invitation_id = ?").bind(id).run();
    return taken;
}

void SqlInvitations::answer(ports::InvitationId id, ByteView record, ByteView mac, std::int64_t account) {
    database_
        .query(R"(
        UPDATE invitation SET state = 'answered', record = ?, mac = ?, account_id = ?, totp_secret = NULL WHERE id = ?
    )")
        .bind(record, mac, account, id)
        .run();
}

void SqlInvitations::set_state(ports::InvitationId id, ports::InvitationState state) {
    database_.query("UPDATE invitation SET state = ? WHERE id = ?")
        .bind(kStates.at(static_cast<std::size_t>(state)), id)
        .run();
}

std::size_t SqlInvitations::cancel_expired(UnixSeconds now) {
    database_.query("UPDATE invitation SET state = 'cancelled' WHERE state = 'open' AND not_after < ?").bind(now).run();
    return static_cast<std::size_t>(database_.changed_rows());
}

}  // namespace rogatory::storage
