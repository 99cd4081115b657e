#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "platform/agent/report_rows.hpp"
#include "platform/agent/state.hpp"
#include "platform/base/try.hpp"

// What organs published of States, and its sum.
namespace rogatory::agent {
namespace {

using Days = std::pair<std::string, std::string>;

Days days_of(const model::PublishedRow& row) { return {row.report_row.to, row.report_row.from}; }

Result<std::set<std::string>> states_here(Agent::State& state) {
    ROGATORY_TRY(const auto* const rows, state.book.directory(state.environment));
    std::set<std::string> out;
    for (const auto& row : *rows) {
        const auto code = model::PartyCode::parse(row.code);
        if (row.founded_id && code && code->is_state()) out.insert(row.code);
    }
    return out;
}

}  // namespace

Result<PublishedTable> published_table(Agent& agent, const std::optional<casework::Period>& period) {
    auto& state = agent.state();
    NoticeQuery query;
    query.kind = NoticeKind::published_row;
    ROGATORY_TRY(auto notices, list_notices(agent, query));
    ROGATORY_TRY(const auto known, list_rows(agent));
    ROGATORY_TRY(const auto states, states_here(state));
    PublishedTable out;
    out.unread = std::move(notices.unread);
    std::set<Days> periods;
    for (const auto& row : notices.rows) periods.insert(days_of(std::get<model::PublishedRow>(row.notice)));
    for (auto days = periods.rbegin(); days != periods.rend(); ++days) {
        ROGATORY_TRY(const auto from, casework::Date::parse(days->second));
        ROGATORY_TRY(const auto to, casework::Date::parse(days->first));
        out.periods.push_back({from, to});
    }
    out.period = period;
    if (!period && !out.periods.empty()) out.period = out.periods.front();

    std::vector<casework::PartyRow> lines;
    std::map<std::string, std::set<std::string>> by_organ;
    const auto own = state.own().code().text();
    for (const auto& row : notices.rows) {
        const auto& published = std::get<model::PublishedRow>(row.notice);
        if (!out.period || days_of(published) != Days{out.period->to.text(), out.period->from.text()}) continue;
        PublishedView view{row.id, row.party, row.authority, published, row.at, row.counting, {}};
        // The newest telling counts, if there are several.
        const auto told = std::find_if(known.begin(), known.end(),
                                       [&](const RowView& one) { return one.published && one.published_id == row.id; });
        if (told != known.end()) {
            view.differs = told->published_differs;
        } else if (row.party == own || published.report_row.party == own) {
            view.differs = {"not_told"};
        }
        if (!row.counting) {
            out.pending.push_back(std::move(view));
            continue;
        }
        ROGATORY_TRY(auto line, casework::party_row_of(published.report_row));
        lines.push_back(std::move(line));
        by_organ[row.party].insert(published.report_row.party);
        out.rows.push_back(std::move(view));
    }
    for (auto* rows : {&out.rows, &out.pending}) {
        std::sort(rows->begin(), rows->end(), [](const PublishedView& a, const PublishedView& b) {
            return std::tie(a.published.report_row.party, a.organ) < std::tie(b.published.report_row.party, b.organ);
        });
    }
    out.sums = casework::sum_of_rows(lines);
    for (const auto& [organ, published] : by_organ) {
        PublishedTable::Missing missing{organ, {}};
        std::set_difference(states.begin(), states.end(), published.begin(), published.end(),
                            std::back_inserter(missing.states));
        out.missing.push_back(std::move(missing));
    }
    return out;
}

}  // namespace rogatory::agent
