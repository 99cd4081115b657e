#include "platform/casework/report.hpp"

#include <map>

#include "platform/base/ensure.hpp"
#include "platform/casework/report_lines.hpp"
#include "platform/casework/suppression.hpp"

namespace rogatory::casework {

namespace {

// What a line is made of before anything is hidden.
struct Count {
    std::vector<std::uint64_t> counts = std::vector<std::uint64_t>(figures().size(), 0);
    std::vector<std::uint32_t> to_acknowledge;
    std::vector<std::uint32_t> to_reply;
};

std::size_t place(std::string_view figure) {
    const auto found = figure_index(figure);
    ensure(found.has_value(), "a figure of the list");
    return *found;
}

std::string_view outcome_figure(Outcome outcome) {
    switch (outcome) {
        case Outcome::executed:
            return "executed";
        case Outcome::refused:
            return "refused";
        case Outcome::withdrawn:
            return "withdrawn";
        case Outcome::closed_otherwise:
            return "closed_otherwise";
    }
    return "open";
}

// Adds one request to a line, as it stood at the end of a day.
void add(Count& to, const RequestFacts& facts, Date as_of) {
    const auto count = [&](std::string_view figure) { ++to.counts.at(place(figure)); };
    const auto known = [&](const std::optional<Date>& date) { return date && *date <= as_of; };
    const auto days = [&](Date until) { return static_cast<std::uint32_t>(days_between(facts.sent, until)); };

    count("requests");
    if (facts.organ != kDefenceVictims) count("organ." + facts.organ);
    if (facts.organ == "registry") count(facts.nature == "judicial_assistance" ? "registry.strict" : "registry.other");
    count("nature." + facts.nature);
    count(facts.off_platform ? "off_platform" : "on_platform");

    const auto over = known(facts.ended);
    count(over ? outcome_figure(*facts.outcome) : "open");
    if (known(facts.acknowledged)) {
        count("acknowledged");
        to.to_acknowledge.push_back(days(*facts.acknowledged));
    }
    const auto replied = known(facts.replied);
    if (replied) {
        count("replied");
        to.to_reply.push_back(days(*facts.replied));
    }
    if (known(facts.partly_executed)) count("partly_executed");
    if (known(facts.referred)) count("referred");
    const auto late = [&](const std::optional<Date>& due) { return !over && !replied && due && *due < as_of; };
    if (late(facts.agreed_due ? facts.agreed_due : facts.first_due)) count("overdue");
    if (late(facts.first_due)) count("overdue_first");

    for (const auto& kind : facts.kinds) count("kind." + kind);
    for (const auto& [obstacle, at] : facts.obstacles)
        if (at <= as_of) count("obstacle." + obstacle);
}

Days days_of(const std::vector<std::uint32_t>& days, std::uint64_t hide_below) {
    if (days.size() < hide_below) return {};
    return Days{.median = median(days), .percentile_90 = percentile_90(days)};
}

// A line as it is shown: `hidden` begins at its first cell.
Tally shown(const Count& count, const std::vector<bool>& hidden, std::size_t base, std::uint64_t hide_below) {
    Tally out;
    for (std::size_t i = 0; i < count.counts.size(); ++i)
        out.counts.push_back(hidden.at(base + i) ? Cell{} : Cell{count.counts[i]});
    const auto days = [&](std::string_view figure, const std::vector<std::uint32_t>& of) {
        return hidden.at(base + place(figure)) ? Days{} : days_of(of, hide_below);
    };
    out.to_acknowledge = days("acknowledged", count.to_acknowledge);
    out.to_reply = days("replied", count.to_reply);
    return out;
}

Tally defence_line(const Count& count) {
    // Fewer than five: even how they ended says too much.
    if (count.counts.at(place("requests")) < kLineThreshold)
        return shown(count, std::vector<bool>(figures().size(), true), 0, kLineThreshold);
    return shown(count, cells_to_hide(count.counts, sums_of_line(0, false), known_cells(count.counts), kLineThreshold),
                 0, kLineThreshold);
}

struct Lines {
    Count received;
    Count sent;
};

// Which cells of the whole table to hide. Cell numbers: the total's line first, then two lines a Party.
std::vector<bool> hidden_cells(const std::map<model::PartyCode, Lines>& lines, const Count& total,
                               std::uint64_t below) {
    const auto width = figures().size();
    std::vector<std::uint64_t> cells = total.counts;
    std::vector<Sum> sums = sums_of_line(0, true);
    auto known = known_cells(total.counts);
    std::vector<Sum> columns(width * 2);
    for (std::size_t i = 0; i < width; ++i) columns[i * 2].whole = columns[i * 2 + 1].whole = i;
    for (const auto& [party, line] : lines) {
        for (const auto* count : {&line.received, &line.sent}) {
            const auto base = cells.size();
            cells.insert(cells.end(), count->counts.begin(), count->counts.end());
            const auto known_here = known_cells(count->counts);
            known.insert(known.end(), known_here.begin(), known_here.end());
            for (auto& sum : sums_of_line(base, true)) sums.push_back(std::move(sum));
            const auto side = count == &line.received ? 0U : 1U;
            for (std::size_t i = 0; i < width; ++i) columns[i * 2 + side].parts.push_back(base + i);
        }
    }
    for (auto& sum : columns) sums.push_back(std::move(sum));
    return cells_to_hide(cells, sums, known, below);
}

}  // namespace

std::vector<Sum> sums_of_line(std::size_t base, bool with_organs) {
    std::map<std::pair<std::size_t, std::string>, std::vector<std::size_t>> parts;
    for (std::size_t i = 0; i < figures().size(); ++i) {
        const auto& figure = figures()[i];
        if (!figure.part_of || (!with_organs && (figure.division == "organ" || figure.division == "registry")))
            continue;
        parts[{*figure.part_of, figure.division}].push_back(base + i);
    }
    std::vector<Sum> out;
    for (auto& [whole, cells] : parts) out.push_back(Sum{base + whole.first, std::move(cells)});
    return out;
}

std::vector<bool> known_cells(const std::vector<std::uint64_t>& counts) {
    std::vector<bool> out;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const auto& division = figures()[i].division;
        out.push_back(counts[i] == 0 && (counts[0] == 0 || division == "organ" || division == "registry"));
    }
    return out;
}

Period reporting_year(Date day) {
    const auto this_years = Date::of(day.year(), 9, 16);
    ensure(this_years.has_value(), "every year has a 16 September");
    const auto from = day >= *this_years ? *this_years : this_years->plus_months(-12);
    return Period{.from = from, .to = from.plus_months(12).plus_days(-1)};
}

Result<Report> make_report(const std::vector<RequestFacts>& facts, const ReportOptions& options) {
    const auto& [from, to] = options.period;
    if (to < from || options.as_of < from) return fail(ErrorCode::invalid_input, "report.period");

    std::map<model::PartyCode, Lines> lines;
    for (const auto& party : options.parties) lines[party];
    Count total;
    Count defence;
    std::set<std::string> references;
    for (const auto& one : facts) {
        if (!references.insert(one.reference).second)
            return fail(Error{ErrorCode::conflict, "report.reference_twice"}.with("reference", one.reference));
        if (one.confidential || one.sent < from || one.sent > to || one.sent > options.as_of) continue;
        if (one.organ == kDefenceVictims) {
            add(defence, one, options.as_of);
            continue;
        }
        add(lines[one.requested].received, one, options.as_of);
        add(lines[one.requesting].sent, one, options.as_of);
        add(total, one, options.as_of);
    }

    const auto hidden = hidden_cells(lines, total, options.hide_below);
    Report out{.options = options,
               .rows = {},
               .total = shown(total, hidden, 0, options.hide_below),
               .defence_and_victims = defence_line(defence)};
    auto base = figures().size();
    for (const auto& [party, line] : lines) {
        auto received = shown(line.received, hidden, base, options.hide_below);
        auto sent = shown(line.sent, hidden, base + figures().size(), options.hide_below);
        out.rows.push_back(PartyRow{.party = party, .received = std::move(received), .sent = std::move(sent)});
        base += 2 * figures().size();
    }
    return out;
}

RowSums sum_of_rows(const std::vector<PartyRow>& rows) {
    RowSums out{.received = std::vector<Cell>(figures().size(), 0), .sent = std::vector<Cell>(figures().size(), 0)};
    const auto add_to = [](std::vector<Cell>& sums, const Tally& tally) {
        for (std::size_t i = 0; i < sums.size(); ++i) {
            const auto& cell = tally.counts.at(i);
            sums[i] = sums[i] && cell ? Cell{*sums[i] + *cell} : Cell{};
        }
    };
    for (const auto& row : rows) {
        add_to(out.received, row.received);
        add_to(out.sent, row.sent);
    }
    return out;
}

Findings sum_differences(const Report& report) {
    const auto sums = sum_of_rows(report.rows);
    Findings out;
    for (std::size_t i = 0; i < figures().size(); ++i) {
        const auto& total = report.total.counts.at(i);
        for (const auto* side : {&sums.received, &sums.sent}) {
            const auto& sum = side->at(i);
            if (!total || !sum || *sum == *total) continue;
            out.push_back(finding(
                "report.sum",
                {{"figure", figures()[i].name}, {"rows", std::to_string(*sum)}, {"total", std::to_string(*total)}}));
        }
    }
    return out;
}

}  // namespace rogatory::casework
