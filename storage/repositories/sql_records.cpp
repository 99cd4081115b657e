#include <algorithm>
#include <array>
#include <set>

#include "platform/base/ensure.hpp"
#include "storage/repositories/sql_repositories.hpp"

namespace rogatory::storage {

namespace {

constexpr std::array<std::string_view, 5> kChainKinds{"party_register", "dossier", "receipts", "notices", "casebook"};
constexpr std::array<std::string_view, 4> kBlobKinds{"grant", "keyring", "body", "share"};
constexpr std::array<std::string_view, 4> kIntroduced{"authority", "member", "invitation", "attachment"};

template <class Enum, std::size_t N>
Enum parse(const std::array<std::string_view, N>& names, std::string_view text) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == text) return static_cast<Enum>(i);
    }
    throw StorageDamaged{"sqlite: an unknown word is stored with a chain"};
}

template <std::size_t N, class Enum>
std::string_view word(const std::array<std::string_view, N>& names, Enum value) {
    return names.at(static_cast<std::size_t>(value));
}

ports::ChainRow read_chain(const Query& row) {
    return ports::ChainRow{.chain = row.id<ports::ChainId>(0),
                           .kind = parse<ports::ChainKind>(kChainKinds, row.text(1)),
                           .dossier = row.optional_id<ports::ChainId>(2),
                           .authority = row.optional_id<ports::AuthorityId>(3),
                           .head_seq = row.count(5),
                           .head = row.id<ports::StatementId>(6),
                           .last_index = row.count(7),
                           .party = row.optional_id<ports::PartyId>(4)};
}

ports::StatementRow statement_row(const Query& row) {
    return {.index = row.count(0),
            .id = row.id<ports::StatementId>(1),
            .chain = row.id<ports::ChainId>(2),
            .seq = row.count(3),
            .entry = row.id<ByteArray<64>>(4),
            .envelope = row.bytes(5),
            .appended_at = row.integer(6)};
}

ports::ReaderRow reader_row(const Query& row, int first = 0) {
    ports::ReaderRow reader{.party = row.id<ports::PartyId>(first),
                            .authority = row.id<ports::AuthorityId>(first + 1),
                            .participant = row.integer(first + 2) != 0,
                            .until_seq = std::nullopt};
    if (!row.is_null(first + 3)) reader.until_seq = row.count(first + 3);
    return reader;
}

ports::DossierRow dossier_row(const Query& row) {
    return {.chain = row.id<ports::ChainId>(0),
            .kind = row.text(1),
            .opened_at = row.integer(2),
            .head_seq = row.count(3),
            .last_index = row.count(4),
            .opener_party = row.id<ports::PartyId>(5),
            .opener = row.id<ports::AuthorityId>(6),
            .readers = {}};
}

}  // namespace

SqlRecords::StoredChain SqlRecords::chain_row(ports::ChainId chain) const {
    auto query = database_.query("SELECT id, last_index FROM chain WHERE chain = ?");
    ensure(query.bind(chain).step(), "the chain is stored before what belongs to it");
    return {query.integer(0), query.count(1)};
}

void SqlRecords::count_bytes(ports::PartyId party, ports::AuthorityId authority, std::uint64_t bytes) {
    database_
        .query(R"(
        INSERT INTO stored_bytes (authority, party, bytes) VALUES (?, ?, ?)
            ON CONFLICT (authority) DO UPDATE SET bytes = bytes + excluded.bytes
    )")
        .bind(authority, party, bytes)
        .run();
}

std::uint64_t SqlRecords::bytes_of_authority(ports::AuthorityId authority) const {
    auto query = database_.query("SELECT bytes FROM stored_bytes WHERE authority = ?");
    return query.bind(authority).step() ? query.count(0) : 0;
}

std::uint64_t SqlRecords::bytes_of_party(ports::PartyId party) const {
    auto query = database_.query("SELECT coalesce(sum(bytes), 0) FROM stored_bytes WHERE party = ?");
    return query.bind(party).step() ? query.count(0) : 0;
}

std::optional<ports::ChainRow> SqlRecords::find_chain(ports::ChainId chain) const {
    auto query = database_.query(R"(
        SELECT chain, kind, dossier, authority, party, head_seq, head_id, last_index FROM chain WHERE chain = ?
    )");
    if (!query.bind(chain).step()) return std::nullopt;
    return read_chain(query);
}

std::vector<ports::ChainRow> SqlRecords::chains() const {
    auto query = database_.query(R"(
        SELECT chain, kind, dossier, authority, party, head_seq, head_id, last_index FROM chain ORDER BY id
    )");
    std::vector<ports::ChainRow> found;
    while (query.step()) found.push_back(read_chain(query));
    return found;
}

void SqlRecords::create_chain(const ports::ChainRow& chain) {
    database_
        .query(R"(
        INSERT INTO chain (chain, kind, dossier, authority, party, head_seq, head_id, last_index)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    )")
        .bind(chain.chain, word(kChainKinds, chain.kind), chain.dossier, chain.authority, chain.party, chain.head_seq,
              chain.head, chain.last_index)
        .run();
}

std::optional<ports::StatementRow> SqlRecords::find_statement(ports::StatementId id) const {
    auto query = database_.query(R"(
        SELECT statement.log_index, statement.id, chain.chain, statement.seq, statement.entry, statement.envelope,
               statement.appended_at
          FROM statement JOIN chain ON chain.id = statement.chain_id
         WHERE statement.id = ?
    )");
    if (!query.bind(id).step()) return std::nullopt;
    return statement_row(query);
}

std::vector<ports::StatementRow> SqlRecords::statements(ports::ChainId chain, std::uint64_t from,
                                                        std::size_t limit) const {
    auto query = database_.query(R"(
        SELECT statement.log_index, statement.id, chain.chain, statement.seq, statement.entry, statement.envelope,
               statement.appended_at
          FROM statement JOIN chain ON chain.id = statement.chain_id
         WHERE chain.chain = ? AND statement.seq >= ?
         ORDER BY statement.seq LIMIT ?
    )");
    query.bind(chain, from, limit);
    std::vector<ports::StatementRow> statements;
    while (query.step()) statements.push_back(statement_row(query));
    return statements;
}

void SqlRecords::add_statement(const ports::StatementRow& statement) {
    const auto chain = chain_row(statement.chain);
    // Log times never go back, whatever the clock does.
    database_
        .query(R"(
        INSERT INTO statement (log_index, id, chain_id, seq, entry, envelope, appended_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6,
                max(?7, coalesce((SELECT appended_at FROM statement ORDER BY log_index DESC LIMIT 1), ?7)))
    )")
        .bind(statement.index, statement.id, chain.id, statement.seq, statement.entry, statement.envelope,
              statement.appended_at)
        .run();
    database_.query("UPDATE chain SET head_seq = ?, head_id = ?, last_index = ? WHERE id = ?")
        .bind(statement.seq, statement.id, statement.index, chain.id)
        .run();
    // Whoever reads the dossier sees it move to the top of his list, from where it stood.
    database_
        .query(R"(
        DELETE FROM inbox
         WHERE (authority, last_index, chain_id) IN
               (SELECT authority, ?2, ?1 FROM dossier_reader WHERE chain_id = ?1 AND until_seq IS NULL)
    )")
        .bind(chain.id, chain.last_index)
        .run();
    database_
        .query(R"(
        INSERT INTO inbox (authority, last_index, chain_id)
        SELECT authority, ?2, ?1 FROM dossier_reader WHERE chain_id = ?1 AND until_seq IS NULL
    )")
        .bind(chain.id, statement.index)
        .run();
}

std::uint64_t SqlRecords::count_chains() const {
    auto query = database_.query("SELECT count(*) FROM chain");
    return query.step() ? query.count(0) : 0;
}

std::uint64_t SqlRecords::count_statements() const {
    auto query = database_.query("SELECT count(*) FROM statement");
    return query.step() ? query.count(0) : 0;
}

bool SqlRecords::introduce(ports::IntroducedKind kind, const ByteArray<16>& id, std::optional<ports::ChainId> owner,
                           std::uint64_t index) {
    const bool fresh = database_.query("INSERT INTO introduced_id (kind, id, owner, log_index) VALUES (?, ?, ?, ?)")
                           .bind(word(kIntroduced, kind), id, owner, index)
                           .try_run();
    if (fresh || !owner) return fresh;
    auto query = database_.query("SELECT owner FROM introduced_id WHERE kind = ? AND id = ?");
    return query.bind(word(kIntroduced, kind), id).step() && query.optional_id<ports::ChainId>(0) == owner;
}

bool SqlRecords::introduced(ports::IntroducedKind kind, const ByteArray<16>& id) const {
    auto query = database_.query("SELECT 1 FROM introduced_id WHERE kind = ? AND id = ?");
    return query.bind(word(kIntroduced, kind), id).step();
}

bool SqlRecords::add_blob(ports::ChainId chain, const ports::InlineBlobRow& blob) {
    return database_
        .query("INSERT INTO inline_blob (chain_id, sha256, kind, authority, member, data) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(chain_row(chain).id, blob.sha256, word(kBlobKinds, blob.kind), blob.authority, blob.member, blob.data)
        .try_run();
}

void SqlRecords::withdraw_blob(ports::ChainId chain, const ports::Digest& sha256, UnixSeconds at) {
    database_.query("UPDATE inline_blob SET data = x'', withdrawn_at = ? WHERE chain_id = ? AND sha256 = ?")
        .bind(at, chain_row(chain).id, sha256)
        .run();
}

std::optional<ports::InlineBlobRow> SqlRecords::find_blob(ports::ChainId chain, const ports::Digest& sha256) const {
    auto query = database_.query(R"(
        SELECT inline_blob.sha256, inline_blob.kind, inline_blob.authority, inline_blob.member, inline_blob.data,
               inline_blob.withdrawn_at
          FROM inline_blob JOIN chain ON chain.id = inline_blob.chain_id
         WHERE chain.chain = ? AND inline_blob.sha256 = ?
    )");
    if (!query.bind(chain, sha256).step()) return std::nullopt;
    return ports::InlineBlobRow{.sha256 = query.id<ports::Digest>(0),
                                .kind = parse<ports::BlobKind>(kBlobKinds, query.text(1)),
                                .authority = query.optional_id<ports::AuthorityId>(2),
                                .member = query.optional_id<ports::MemberId>(3),
                                .data = query.bytes(4),
                                .withdrawn_at = query.optional_integer(5)};
}

void SqlRecords::create_dossier(ports::ChainId chain, const std::string& kind, UnixSeconds opened_at,
                                ports::PartyId opener_party, ports::AuthorityId opener) {
    database_.query("INSERT INTO dossier (chain_id, kind, opened_at, opener_party, opener) VALUES (?, ?, ?, ?, ?)")
        .bind(chain_row(chain).id, kind, opened_at, opener_party, opener)
        .run();
}

void SqlRecords::set_reader(ports::ChainId chain, const ports::ReaderRow& reader) {
    const auto row = chain_row(chain);
    database_
        .query(R"(
        DELETE FROM inbox
         WHERE (authority, last_index, chain_id) IN
               (SELECT authority, coalesce(listed_index, ?3), chain_id
                  FROM dossier_reader WHERE chain_id = ?1 AND authority = ?2)
    )")
        .bind(row.id, reader.authority, row.last_index)
        .run();
    database_
        .query(R"(
        INSERT INTO dossier_reader (chain_id, authority, party, participant, until_seq, listed_index)
        VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (chain_id, authority)
            DO UPDATE SET participant = excluded.participant, until_seq = excluded.until_seq,
                          listed_index = excluded.listed_index
    )")
        .bind(row.id, reader.authority, reader.party, reader.participant, reader.until_seq,
              reader.until_seq ? std::optional{row.last_index} : std::nullopt)
        .run();
    database_.query("INSERT INTO inbox (authority, last_index, chain_id) VALUES (?, ?, ?)")
        .bind(reader.authority, row.last_index, row.id)
        .run();
}

std::vector<ports::ReaderRow> SqlRecords::readers_of(std::int64_t chain_id) const {
    auto query = database_.query(R"(
        SELECT party, authority, participant, until_seq FROM dossier_reader WHERE chain_id = ? ORDER BY party, authority
    )");
    query.bind(chain_id);
    std::vector<ports::ReaderRow> readers;
    while (query.step()) readers.push_back(reader_row(query));
    return readers;
}

std::optional<ports::DossierRow> SqlRecords::find_dossier(ports::ChainId chain) const {
    auto query = database_.query(R"(
        SELECT chain.chain, dossier.kind, dossier.opened_at, chain.head_seq, chain.last_index, dossier.opener_party,
               dossier.opener, chain.id
          FROM dossier JOIN chain ON chain.id = dossier.chain_id
         WHERE chain.chain = ?
    )");
    if (!query.bind(chain).step()) return std::nullopt;
    auto dossier = dossier_row(query);
    dossier.readers = readers_of(query.integer(7));
    return dossier;
}

std::optional<ports::ReaderRow> SqlRecords::find_reader(ports::ChainId chain, ports::AuthorityId authority) const {
    auto query = database_.query(R"(
        SELECT dossier_reader.party, dossier_reader.authority, dossier_reader.participant, dossier_reader.until_seq
          FROM dossier_reader JOIN chain ON chain.id = dossier_reader.chain_id
         WHERE chain.chain = ? AND dossier_reader.authority = ?
    )");
    if (!query.bind(chain, authority).step()) return std::nullopt;
    return reader_row(query);
}

std::vector<ports::DossierRow> SqlRecords::dossiers(const std::vector<ports::AuthorityId>& authorities,
                                                    std::uint64_t before, std::size_t limit) const {
    // Each authority's list is read in its clustered order, with all that is shown of it in one statement: SQLite nests
    // a CROSS JOIN as it is written, so the readers of a dossier come together, and nothing is sorted there. A person
    // has few authorities, so they are merged here.
    struct Seen {
        std::int64_t chain_id;
        ports::DossierRow dossier;
    };
    std::vector<Seen> seen;
    for (const auto& authority : authorities) {
        auto query = database_.query(R"(
            SELECT chain.chain, dossier.kind, dossier.opened_at, chain.head_seq, seen.last_index, dossier.opener_party,
                   dossier.opener, reader.party, reader.authority, reader.participant, reader.until_seq, seen.chain_id
              FROM (SELECT last_index, chain_id FROM inbox
                     WHERE authority = ? AND last_index < ? ORDER BY last_index DESC LIMIT ?) AS seen
             CROSS JOIN chain ON chain.id = seen.chain_id
             CROSS JOIN dossier ON dossier.chain_id = seen.chain_id
             CROSS JOIN dossier_reader AS reader ON reader.chain_id = seen.chain_id
        )");
        query.bind(authority, before, limit);
        const auto own = seen.size();
        while (query.step()) {
            const auto chain_id = query.integer(11);
            if (seen.size() == own || seen.back().chain_id != chain_id) seen.push_back({chain_id, dossier_row(query)});
            seen.back().dossier.readers.push_back(reader_row(query, 7));
        }
    }
    // As each reader sees it: what came after its revocation does not show, and the newer of two views counts.
    std::stable_sort(seen.begin(), seen.end(),
                     [](const Seen& a, const Seen& b) { return a.dossier.last_index > b.dossier.last_index; });
    std::vector<ports::DossierRow> dossiers;
    std::set<std::int64_t> taken;
    for (auto& [chain_id, dossier] : seen) {
        if (dossiers.size() == limit) break;
        if (!taken.insert(chain_id).second) continue;
        std::sort(dossier.readers.begin(), dossier.readers.end(), [](const auto& a, const auto& b) {
            return std::pair{a.party, a.authority} < std::pair{b.party, b.authority};
        });
        dossiers.push_back(std::move(dossier));
    }
    return dossiers;
}

}  // namespace rogatory::storage
