#include <algorithm>
#include <set>
#include <sstream>

#include "storage/repositories/sql_repositories.hpp"

namespace rogatory::storage {
namespace {

template <class Enum>
Enum parse(std::string_view text) {
    const auto value = model::parse_name<Enum>(text);
    if (!value) throw StorageDamaged{"sqlite: an unknown word is stored with a request"};
    return *value;
}

// An optional value of the open half as a column: null while the routing is confidential.
template <class Value, class Get>
std::optional<Value> open_value(const ports::RequestRow& row, Get get) {
    if (!row.open) return std::nullopt;
    return get(*row.open);
}

template <class Enum>
std::string words(const std::vector<Enum>& values) {
    std::string out;
    for (const auto value : values) {
        if (!out.empty()) out += ' ';
        out += model::name_of(value);
    }
    return out;
}

template <class Enum>
std::vector<Enum> values(const std::string& text) {
    std::vector<Enum> out;
    std::istringstream words{text};
    for (std::string word; words >> word;) out.push_back(parse<Enum>(word));
    return out;
}

std::optional<std::string> optional_text(const Query& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return row.text(column);
}

ports::RequestRow request_row(const Query& row) {
    ports::RequestRow out;
    out.chain = row.id<ports::ChainId>(0);
    out.requesting_party = row.id<ports::PartyId>(1);
    out.requesting = row.id<ports::AuthorityId>(2);
    out.requested_party = row.optional_id<ports::PartyId>(3);
    out.requested = row.optional_id<ports::AuthorityId>(4);
    out.requested_code = optional_text(row, 5);
    out.status = parse<model::RequestStatus>(row.text(6));
    out.due = row.optional_integer(7);
    if (row.is_null(8)) return out;
    ports::RequestRow::Open open;
    open.routing = {row.text(8),
                    parse<model::Nature>(row.text(9)),
                    values<model::Assistance>(row.text(10)),
                    optional_text(row, 11),
                    parse<model::Urgency>(row.text(12)),
                    row.text(13)};
    open.sent_at = row.integer(14);
    open.status_at = row.integer(15);
    open.first_due = row.optional_integer(16);
    open.acknowledged_at = row.optional_integer(17);
    open.replied_at = row.optional_integer(18);
    open.executed_at = row.optional_integer(19);
    open.over_at = row.optional_integer(20);
    open.obstacles = values<model::Obstacle>(row.text(21));
    open.reminders = row.count(22);
    open.off_platform = row.count(23);
    out.open = std::move(open);
    return out;
}

}  // namespace

void SqlRequests::set(const ports::RequestRow& row) {
    using Open = ports::RequestRow::Open;
    const auto text = [&](auto get) { return open_value<std::string>(row, get); };
    const auto time = [&](auto get) { return open_value<UnixSeconds>(row, get); };
    const auto count = [&](auto get) { return open_value<std::uint64_t>(row, get); };
    database_
        .query(R"(
        INSERT INTO request (chain_id, requested_party, requested, requested_code, status, over, due, reference, nature,
                             kinds, situation, urgency, language, sent_at, status_at, first_due, acknowledged_at,
                             replied_at, executed_at, over_at, obstacles, reminders, off_platform)
            VALUES ((SELECT id FROM chain WHERE chain = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                    ?, ?)
            ON CONFLICT (chain_id) DO UPDATE SET
                status = excluded.status, over = excluded.over, due = excluded.due, reference = excluded.reference,
                nature = excluded.nature, kinds = excluded.kinds, situation = excluded.situation,
                urgency = excluded.urgency, language = excluded.language, sent_at = excluded.sent_at,
                status_at = excluded.status_at, first_due = excluded.first_due,
                acknowledged_at = excluded.acknowledged_at, replied_at = excluded.replied_at,
                executed_at = excluded.executed_at, over_at = excluded.over_at, obstacles = excluded.obstacles,
                reminders = excluded.reminders, off_platform = excluded.off_platform
    )")
        .bind(row.chain, row.requested_party, row.requested, row.requested_code, model::name_of(row.status),
              model::is_over(row.status), row.due, text([](const Open& open) { return open.routing.reference; }),
              text([](const Open& open) { return std::string{model::name_of(open.routing.nature)}; }),
              text([](const Open& open) { return words(open.routing.kinds); }),
              text([](const Open& open) { return open.routing.situation; }),
              text([](const Open& open) { return std::string{model::name_of(open.routing.urgency)}; }),
              text([](const Open& open) { return open.routing.language; }),
              time([](const Open& open) { return open.sent_at; }),
              time([](const Open& open) { return open.status_at; }),
              time([](const Open& open) { return open.first_due; }),
              time([](const Open& open) { return open.acknowledged_at; }),
              time([](const Open& open) { return open.replied_at; }),
              time([](const Open& open) { return open.executed_at; }),
              time([](const Open& open) { return open.over_at; }),
              text([](const Open& open) { return words(open.obstacles); }),
              count([](const Open& open) { return open.reminders; }),
              count([](const Open& open) { return open.off_platform; }))
        .run();
}

std::vector<ports::RequestRow> SqlRequests::list(const std::vector<ports::AuthorityId>& authorities,
                                                 const ports::RequestFilter& filter, std::uint64_t before,
                                                 std::size_t limit) const {
    const auto status = filter.status ? std::optional{model::name_of(*filter.status)} : std::nullopt;
    // 1: sent by a Party of the reader's, 0: received by it; null: either.
    std::optional<bool> sent;
    if (filter.direction) sent = *filter.direction == ports::RequestDirection::sent;
    std::vector<ports::RequestRow> found;
    // Each authority's list is read in its clustered order; a person has few authorities, so they are merged here.
    for (const auto& authority : authorities) {
        auto query = database_.query(R"(
            SELECT chain.chain, dossier.opener_party, dossier.opener, request.requested_party, request.requested,
                   request.requested_code, request.status, request.due, request.reference, request.nature, request.kinds,
                   request.situation, request.urgency, request.language, request.sent_at, request.status_at,
                   request.first_due, request.acknowledged_at, request.replied_at, request.executed_at, request.over_at,
                   request.obstacles, request.reminders, request.off_platform, inbox.last_index
              FROM inbox
              JOIN request ON request.chain_id = inbox.chain_id
              JOIN dossier ON dossier.chain_id = inbox.chain_id
              JOIN chain ON chain.id = inbox.chain_id
              JOIN dossier_reader ON dossier_reader.chain_id = inbox.chain_id
                                 AND dossier_reader.authority = inbox.authority
             WHERE inbox.authority = ?1 AND inbox.last_index < ?2 AND dossier_reader.until_seq IS NULL
               AND (?3 IS NULL OR request.status = ?3)
               AND (?4 IS NULL OR (request.over = 0 AND request.due < ?4))
               AND (?5 IS NULL OR dossier.opener_party = ?5 OR request.requested_party = ?5)
               AND (?6 IS NULL OR (?6 = 1 AND dossier.opener_party = dossier_reader.party)
                               OR (?6 = 0 AND request.requested_party = dossier_reader.party))
             ORDER BY inbox.last_index DESC LIMIT ?7
        )");
        query.bind(authority, before, status, filter.overdue_at, filter.party, sent, limit);
        while (query.step()) {
            auto row = request_row(query);
            row.last_index = query.count(24);
            found.push_back(std::move(row));
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const ports::RequestRow& a, const ports::RequestRow& b) {
        return a.last_index > b.last_index;
    });
    std::set<ports::ChainId> taken;
    std::vector<ports::RequestRow> out;
    for (auto& row : found) {
        if (out.size() == limit) break;
        if (taken.insert(row.chain).second) out.push_back(std::move(row));
    }
    return out;
}

std::vector<ports::DueRequest> SqlRequests::due_before(UnixSeconds before,
                                                       const std::optional<ports::DueRequest>& after,
                                                       std::size_t limit) const {
    auto query = database_.query(R"(
        SELECT chain.chain, request.due, request.requested_party
          FROM request
          JOIN chain ON chain.id = request.chain_id
         WHERE request.over = 0 AND request.due < ?1
           AND (?2 IS NULL OR (request.due, request.chain_id) > (?2, (SELECT id FROM chain WHERE chain = ?3)))
         ORDER BY request.due, request.chain_id LIMIT ?4
    )");
    query.bind(before, after ? std::optional{after->due} : std::nullopt,
               after ? std::optional{after->chain} : std::nullopt, limit);
    std::vector<ports::DueRequest> found;
    while (query.step()) {
        found.push_back({query.id<ports::ChainId>(0), query.integer(1), query.optional_id<ports::PartyId>(2)});
    }
    return found;
}

}  // namespace rogatory::storage
