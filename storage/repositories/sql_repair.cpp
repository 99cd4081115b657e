#include "platform/base/ensure.hpp"
#include "storage/repositories/sql_repositories.hpp"

namespace rogatory::storage {

void SqlRepair::add_entry(std::uint64_t index, const ByteArray<64>& entry) {
    database_.query("INSERT INTO repair_entry (log_index, entry) VALUES (?, ?)").bind(index, entry).run();
}

std::optional<ByteArray<64>> SqlRepair::find_entry(std::uint64_t index) const {
    auto query = database_.query("SELECT entry FROM repair_entry WHERE log_index = ?");
    if (!query.bind(index).step()) return std::nullopt;
    return query.id<ByteArray<64>>(0);
}

std::vector<ByteArray<64>> SqlRepair::entries(std::uint64_t from, std::size_t limit) const {
    auto query = database_.query("SELECT entry FROM repair_entry WHERE log_index >= ? ORDER BY log_index LIMIT ?");
    query.bind(from, limit);
    std::vector<ByteArray<64>> found;
    while (query.step()) found.push_back(query.id<ByteArray<64>>(0));
    return found;
}

std::uint64_t SqlRepair::count_entries() const {
    auto query = database_.query("SELECT count(*) FROM repair_entry");
    return query.step() ? query.count(0) : 0;
}

void SqlRepair::add_envelope(std::uint64_t index, const ports::RepairEnvelope& envelope) {
    database_
        .query(R"(
        INSERT INTO repair_envelope (log_index, account, envelope) VALUES (?, ?, ?)
            ON CONFLICT (log_index, account) DO UPDATE SET envelope = excluded.envelope
    )")
        .bind(index, envelope.account, envelope.envelope)
        .run();
}

std::vector<ports::RepairEnvelope> SqlRepair::envelopes(std::uint64_t index) const {
    auto query = database_.query("SELECT account, envelope FROM repair_envelope WHERE log_index = ? ORDER BY account");
    query.bind(index);
    std::vector<ports::RepairEnvelope> found;
    while (query.step()) found.push_back({query.text(0), query.bytes(1)});
    return found;
}

void SqlRepair::remove_envelope(std::uint64_t index, const std::string& account) {
    database_.query("DELETE FROM repair_envelope WHERE log_index = ? AND account = ?").bind(index, account).run();
}

std::vector<ports::IndexRange> SqlRepair::missing(std::size_t limit) const {
    auto query = database_.query(R"(
        SELECT repair_entry.log_index FROM repair_entry
         WHERE NOT EXISTS (SELECT 1 FROM repair_envelope WHERE repair_envelope.log_index = repair_entry.log_index)
         ORDER BY repair_entry.log_index
    )");
    std::vector<ports::IndexRange> ranges;
    while (query.step()) {
        const auto index = query.count(0);
        if (!ranges.empty() && ranges.back().last + 1 == index) {
            ranges.back().last = index;
        } else if (ranges.size() < limit) {
            ranges.push_back({index, index});
        } else {
            break;
        }
    }
    return ranges;
}

std::uint64_t SqlRepair::count_missing() const {
    auto query = database_.query(R"(
        SELECT count(*) FROM repair_entry
         WHERE NOT EXISTS (SELECT 1 FROM repair_envelope WHERE repair_envelope.log_index = repair_entry.log_index)
    )");
    return query.step() ? query.count(0) : 0;
}

void SqlRepair::add_blob(const ports::Digest& sha256, ByteView data) {
    static_cast<void>(
        database_.query("INSERT INTO repair_blob (sha256, data) VALUES (?, ?)").bind(sha256, data).try_run());
}

std::optional<Bytes> SqlRepair::find_blob(const ports::Digest& sha256) const {
    auto query = database_.query("SELECT data FROM repair_blob WHERE sha256 = ?");
    if (!query.bind(sha256).step()) return std::nullopt;
    return query.bytes(0);
}

void SqlRepair::clear() {
    database_.query("DELETE FROM repair_envelope").run();
    database_.query("DELETE FROM repair_entry").run();
    database_.query("DELETE FROM repair_blob").run();
}

void SqlRepair::add_lost(const ports::LostBlob& lost) {
    static_cast<void>(database_
                          .query(R"(
        INSERT INTO lost_blob (chain_id, sha256, log_index, attachment)
        SELECT id, ?, ?, ? FROM chain WHERE chain = ?
    )")
                          .bind(lost.sha256, lost.index, lost.attachment, lost.chain)
                          .try_run());
}

namespace {

ports::LostBlob lost_row(const Query& row) {
    return {.chain = row.id<ports::ChainId>(0),
            .sha256 = row.id<ports::Digest>(1),
            .index = row.count(2),
            .attachment = row.optional_id<ports::AttachmentId>(3)};
}

}  // namespace

std::optional<ports::LostBlob> SqlRepair::find_lost(ports::ChainId chain, const ports::Digest& sha256) const {
    auto query = database_.query(R"(
        SELECT chain.chain, lost_blob.sha256, lost_blob.log_index, lost_blob.attachment
          FROM lost_blob JOIN chain ON chain.id = lost_blob.chain_id
         WHERE chain.chain = ? AND lost_blob.sha256 = ?
    )");
    if (!query.bind(chain, sha256).step()) return std::nullopt;
    return lost_row(query);
}

void SqlRepair::remove_lost(ports::ChainId chain, const ports::Digest& sha256) {
    database_.query("DELETE FROM lost_blob WHERE chain_id = (SELECT id FROM chain WHERE chain = ?) AND sha256 = ?")
        .bind(chain, sha256)
        .run();
}

std::vector<ports::LostBlob> SqlRepair::lost(std::size_t limit) const {
    auto query = database_.query(R"(
        SELECT chain.chain, lost_blob.sha256, lost_blob.log_index, lost_blob.attachment
          FROM lost_blob JOIN chain ON chain.id = lost_blob.chain_id
         ORDER BY lost_blob.log_index, lost_blob.sha256 LIMIT ?
    )");
    query.bind(limit);
    std::vector<ports::LostBlob> found;
    while (query.step()) found.push_back(lost_row(query));
    return found;
}

std::uint64_t SqlRepair::count_lost() const {
    auto query = database_.query("SELECT count(*) FROM lost_blob");
    return query.step() ? query.count(0) : 0;
}

}  // namespace rogatory::storage
