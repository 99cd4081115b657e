#include <array>

#include "storage/repositories/sql_repositories.hpp"

namespace rogatory::storage {

namespace {

constexpr std::array<std::string_view, 5> kStages{"receiving", "sealed", "attached", "withdrawn", "gone"};

std::optional<ports::UploadRow> one_upload(Query& row) {
    if (!row.step()) return std::nullopt;
    const auto text = row.text(10);
    std::size_t stage = 0;
    while (stage < kStages.size() && kStages[stage] != text) ++stage;
    if (stage == kStages.size()) throw StorageDamaged{"sqlite: an unknown stage is stored"};
    return ports::UploadRow{.id = row.id<ports::UploadId>(0),
                            .ticket_sha256 = row.id<ports::Digest>(1),
                            .account = row.integer(2),
                            .authority = row.id<ports::AuthorityId>(3),
                            .party = row.id<ports::PartyId>(4),
                            .chain = row.id<ports::ChainId>(5),
                            .attachment = row.id<ports::AttachmentId>(6),
                            .length = row.count(7),
                            .received = row.count(8),
                            .sha256 = row.optional_id<ports::Digest>(9),
                            .stage = static_cast<ports::UploadStage>(stage),
                            .entry_seq = row.count(11),
                            .created_at = row.integer(12),
                            .expires_at = row.integer(13),
                            .withdrawn_at = row.optional_integer(14)};
}

ports::Usage usage_row(Query& row) {
    if (!row.step()) return {};
    return {.open_uploads = row.count(0), .open_bytes = row.count(1), .bytes = row.count(2)};
}

}  // namespace

Result<> SqlAttachments::create(const ports::UploadRow& upload) {
    const bool made =
        database_
            .query(R"(
        INSERT INTO upload (id, ticket_sha256, account_id, authority, party, chain, attachment, length, received,
                            sha256, stage, created_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    )")
            .bind(upload.id, upload.ticket_sha256, upload.account, upload.authority, upload.party, upload.chain,
                  upload.attachment, upload.length, upload.received, upload.sha256,
                  kStages.at(static_cast<std::size_t>(upload.stage)), upload.created_at, upload.expires_at)
            .try_run();
    if (!made) return fail(ErrorCode::conflict, "attachment.exists");
    return {};
}

std::optional<ports::UploadRow> SqlAttachments::find(ports::UploadId id) const {
    auto query = database_.query(R"(
        SELECT id, ticket_sha256, account_id, authority, party, chain, attachment, length, received, sha256, stage,
               entry_seq, created_at, expires_at, withdrawn_at
          FROM upload WHERE id = ?
    )");
    return one_upload(query.bind(id));
}

std::optional<ports::UploadRow> SqlAttachments::find_attachment(ports::AttachmentId attachment) const {
    auto query = database_.query(R"(
        SELECT id, ticket_sha256, account_id, authority, party, chain, attachment, length, received, sha256, stage,
               entry_seq, created_at, expires_at, withdrawn_at
          FROM upload WHERE attachment = ?
    )");
    return one_upload(query.bind(attachment));
}

void SqlAttachments::set_ticket(ports::UploadId id, const ports::Digest& ticket_sha256, UnixSeconds expires_at) {
    database_
        .query("UPDATE upload SET ticket_sha256 = ?, expires_at = ? WHERE id = ? AND stage IN ('receiving', 'sealed')")
        .bind(ticket_sha256, expires_at, id)
        .run();
}

void SqlAttachments::set_received(ports::UploadId id, std::uint64_t received) {
    database_.query("UPDATE upload SET received = ? WHERE id = ?").bind(received, id).run();
}

void SqlAttachments::set_sealed(ports::UploadId id, const ports::Digest& sha256) {
    database_
        .query("UPDATE upload SET received = length, sha256 = ?, stage = 'sealed' WHERE id = ? AND stage = 'receiving'")
        .bind(sha256, id)
        .run();
}

void SqlAttachments::set_attached(ports::UploadId id, std::uint64_t entry_seq) {
    database_.query("UPDATE upload SET stage = 'attached', entry_seq = ? WHERE id = ? AND stage = 'sealed'")
        .bind(entry_seq, id)
        .run();
}

void SqlAttachments::set_withdrawn(ports::ChainId chain, std::uint64_t entry_seq, UnixSeconds at) {
    database_
        .query(R"(
        UPDATE upload SET stage = 'withdrawn', withdrawn_at = ? WHERE chain = ? AND entry_seq = ? AND stage = 'attached'
    )")
        .bind(at, chain, entry_seq)
        .run();
}

void SqlAttachments::set_gone(ports::UploadId id) {
    database_.query("UPDATE upload SET stage = 'gone' WHERE id = ? AND stage = 'withdrawn'").bind(id).run();
}

void SqlAttachments::remove(ports::UploadId id) {
    database_.query("DELETE FROM upload WHERE id = ? AND stage IN ('receiving', 'sealed')").bind(id).run();
}

std::vector<ports::UploadId> SqlAttachments::to_delete(std::size_t limit) const {
    auto query = database_.query("SELECT id FROM upload WHERE stage = 'withdrawn' LIMIT ?");
    query.bind(limit);
    std::vector<ports::UploadId> uploads;
    while (query.step()) uploads.push_back(query.id<ports::UploadId>(0));
    return uploads;
}

std::vector<ports::UploadId> SqlAttachments::expired(UnixSeconds now, std::size_t limit) const {
    auto query =
        database_.query("SELECT id FROM upload WHERE stage IN ('receiving', 'sealed') AND expires_at < ? LIMIT ?");
    query.bind(now, limit);
    std::vector<ports::UploadId> uploads;
    while (query.step()) uploads.push_back(query.id<ports::UploadId>(0));
    return uploads;
}

ports::Usage SqlAttachments::usage_of_account(std::int64_t account) const {
    auto query = database_.query(R"(
        SELECT coalesce(sum(open_uploads), 0), coalesce(sum(open_bytes), 0), coalesce(sum(open_bytes), 0)
          FROM upload_usage WHERE account_id = ?
    )");
    return usage_row(query.bind(account));
}

ports::Usage SqlAttachments::usage_of_authority(ports::AuthorityId authority) const {
    auto query = database_.query(R"(
        SELECT coalesce(sum(open_uploads), 0), coalesce(sum(open_bytes), 0), coalesce(sum(bytes), 0)
          FROM upload_usage WHERE authority = ?
    )");
    return usage_row(query.bind(authority));
}

ports::Usage SqlAttachments::usage_of_party(ports::PartyId party) const {
    auto query = database_.query(R"(
        SELECT coalesce(sum(open_uploads), 0), coalesce(sum(open_bytes), 0), coalesce(sum(bytes), 0)
          FROM upload_usage WHERE party = ?
    )");
    return usage_row(query.bind(party));
}

ports::Usage SqlAttachments::usage() const {
    auto query = database_.query(R"(
        SELECT coalesce(sum(open_uploads), 0), coalesce(sum(open_bytes), 0), coalesce(sum(bytes), 0) FROM upload_usage
    )");
    return usage_row(query);
}

std::uint64_t SqlAttachments::count_attached() const {
    auto query = database_.query("SELECT count(*) FROM upload WHERE stage = 'attached'");
    return query.step() ? query.count(0) : 0;
}

}  // namespace rogatory::storage
