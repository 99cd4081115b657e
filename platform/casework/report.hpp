#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/casework/facts.hpp"
#include "platform/casework/figures.hpp"
#include "platform/casework/finding.hpp"
#include "platform/casework/percentile.hpp"

// Data per State Party and period (domain.md, section 5; platform/decisions/1711-casework-figures.md). A request
// belongs to the period it was sent in, and counts as it stood at the end of one day: whoever has the same facts gets
// the same figures, however late.
namespace rogatory::casework {

struct Period {
    Date from;
    Date to;  // the last day in it

    friend bool operator==(const Period&, const Period&) = default;
};

// 16 September to 15 September, as the Court reports: the year that a day lies in.
[[nodiscard]] Period reporting_year(Date day);

struct ReportOptions {
    Period period;
    Date as_of;  // acts after this day are not counted
    // Below this a figure that is not zero is hidden, with what would give it away; 0 hides nothing. The line of
    // Defence and victims is always held to kLineThreshold.
    std::uint64_t hide_below = 0;
    // Parties that have a row even when nothing was sent to them or by them.
    std::set<model::PartyCode> parties;
};
inline constexpr std::uint64_t kLineThreshold = 5;

// Nothing: hidden.
using Cell = std::optional<std::uint64_t>;

struct Days {
    std::optional<Tenths> median;  // nothing: hidden, or nothing to take it of
    std::optional<Tenths> percentile_90;

    friend bool operator==(const Days&, const Days&) = default;
};

// One line of the table: every figure of figures.csv, in its order, and how long it took.
struct Tally {
    std::vector<Cell> counts;
    Days to_acknowledge;
    Days to_reply;

    friend bool operator==(const Tally&, const Tally&) = default;
};

struct PartyRow {
    model::PartyCode party;
    Tally received;
    Tally sent;

    friend bool operator==(const PartyRow&, const PartyRow&) = default;
};

struct Report {
    ReportOptions options;
    std::vector<PartyRow> rows;  // by code
    Tally total;                 // of what was received, which is what was sent
    // Requests of Defence and victims' teams: here and nowhere else, so that no row tells of them.
    Tally defence_and_victims;
};

// invalid_input "report.period" (it ends before it begins, or as_of lies before its beginning), conflict
// "report.reference_twice" {reference}.
[[nodiscard]] Result<Report> make_report(const std::vector<RequestFacts>& facts, const ReportOptions& options);

// What rows add up to, figure by figure; hidden where one of them is. The Assembly's table is this of the published
// rows.
struct RowSums {
    std::vector<Cell> received;
    std::vector<Cell> sent;
};
[[nodiscard]] RowSums sum_of_rows(const std::vector<PartyRow>& rows);

// Where the rows do not add up to the total: "report.sum" {figure, rows, total}. Figures with a hidden cell are not
// judged. Anyone can ask it of published rows.
[[nodiscard]] Findings sum_differences(const Report& report);

}  // namespace rogatory::casework
