#include "platform/casework/report_row.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/report_lines.hpp"

namespace rogatory::casework {
namespace {

std::vector<std::uint64_t> counts_of(const Tally& tally) {
    std::vector<std::uint64_t> out;
    for (const auto& cell : tally.counts) {
        ensure(cell.has_value(), "nothing is hidden in what is counted with a bound of 0");
        out.push_back(*cell);
    }
    return out;
}

// What is 0 and shown is not named.
std::vector<model::ReportFigure> named(const std::vector<std::uint64_t>& counts, const std::vector<bool>& hidden,
                                       std::size_t base) {
    std::vector<model::ReportFigure> out;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (hidden.at(base + i)) {
            out.push_back({figures()[i].name, std::nullopt});
        } else if (counts[i] > 0) {
            out.push_back({figures()[i].name, counts[i]});
        }
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.figure < b.figure; });
    return out;
}

Tally tally_of(const std::vector<model::ReportFigure>& named) {
    Tally out;
    out.counts.assign(figures().size(), Cell{0});
    for (const auto& one : named) {
        if (const auto place = figure_index(one.figure)) out.counts[*place] = one.count;
    }
    return out;
}

void compare(const std::vector<model::ReportFigure>& told, const std::vector<model::ReportFigure>& own, bool received,
             std::vector<RowDifference>& out) {
    const auto counts = tally_of(told).counts;
    const auto mine = tally_of(own).counts;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] && mine[i] && *counts[i] != *mine[i])
            out.push_back({figures()[i].name, received, *counts[i], *mine[i]});
    }
}

}  // namespace

Result<model::ReportRow> count_row(const std::vector<RequestFacts>& facts, const model::PartyCode& party,
                                   const model::PartyCode& organ, const ReportOptions& options) {
    std::vector<RequestFacts> between;
    for (const auto& one : facts) {
        const bool from_organ = one.requesting == organ && one.requested == party;
        const bool to_organ = one.requesting == party && one.requested == organ;
        if (from_organ || to_organ) between.push_back(one);
    }
    auto open = options;
    open.hide_below = 0;
    open.parties = {party};
    ROGATORY_TRY(const auto report, make_report(between, open));
    const auto row =
        std::find_if(report.rows.begin(), report.rows.end(), [&](const PartyRow& one) { return one.party == party; });
    ensure(row != report.rows.end(), "a Party that is asked for has a row");
    const auto received = counts_of(row->received);
    const auto sent = counts_of(row->sent);
    auto cells = received;
    cells.insert(cells.end(), sent.begin(), sent.end());
    auto known = known_cells(received);
    const auto known_sent = known_cells(sent);
    known.insert(known.end(), known_sent.begin(), known_sent.end());
    auto sums = sums_of_line(0, true);
    for (auto& sum : sums_of_line(received.size(), true)) sums.push_back(std::move(sum));
    const auto hidden = cells_to_hide(cells, sums, known, options.hide_below);
    return model::ReportRow{
        party.text(),         organ.text(),       options.period.from.text(), options.period.to.text(),
        options.as_of.text(), options.hide_below, named(received, hidden, 0), named(sent, hidden, received.size())};
}

Result<PartyRow> party_row_of(const model::ReportRow& row) {
    ROGATORY_TRY(auto party, model::PartyCode::parse(row.party));
    return PartyRow{std::move(party), tally_of(row.received), tally_of(row.sent)};
}

std::vector<std::string> unknown_figures(const model::ReportRow& row) {
    std::set<std::string> out;
    for (const auto* side : {&row.received, &row.sent}) {
        for (const auto& one : *side) {
            if (!figure_index(one.figure)) out.insert(one.figure);
        }
    }
    return {out.begin(), out.end()};
}

std::vector<RowDifference> row_differences(const model::ReportRow& told, const model::ReportRow& own) {
    std::vector<RowDifference> out;
    compare(told.received, own.received, true, out);
    compare(told.sent, own.sent, false, out);
    return out;
}

}  // namespace rogatory::casework
