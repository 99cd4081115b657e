#include "platform/casework/suppression.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include <rapidcheck.h>
#include <catch2/catch_test_macros.hpp>

namespace rogatory::casework {
namespace {

using Cells = std::vector<std::uint64_t>;

// A table of rows × columns with its margins and the grand total, and the sums a reader knows.
struct Table {
    Cells cells;
    std::vector<Sum> sums;
};

Table with_margins(const std::vector<Cells>& rows) {
    const auto height = rows.size();
    const auto width = rows.front().size();
    Table out{.cells = Cells((height + 1) * (width + 1), 0), .sums = {}};
    const auto at = [&](std::size_t row, std::size_t column) { return row * (width + 1) + column; };
    for (std::size_t r = 0; r < height; ++r) {
        for (std::size_t c = 0; c < width; ++c) {
            for (const auto cell : {at(r, c), at(height, c), at(r, width), at(height, width)})
                out.cells[cell] += rows[r][c];
        }
    }
    for (std::size_t r = 0; r <= height; ++r) {
        Sum sum{.whole = at(r, width), .parts = {}};
        for (std::size_t c = 0; c < width; ++c) sum.parts.push_back(at(r, c));
        out.sums.push_back(sum);
    }
    for (std::size_t c = 0; c <= width; ++c) {
        Sum sum{.whole = at(height, c), .parts = {}};
        for (std::size_t r = 0; r < height; ++r) sum.parts.push_back(at(r, c));
        out.sums.push_back(sum);
    }
    return out;
}

std::vector<bool> none_known(const Table& table) { return std::vector<bool>(table.cells.size(), false); }

// Every value the hidden cells could have, found by trying all: what no cleverness of a reader can beat.
std::vector<std::set<std::uint64_t>> possible(const Table& table, const std::vector<bool>& hidden, std::uint64_t most) {
    std::vector<std::set<std::uint64_t>> out(table.cells.size());
    auto trial = table.cells;
    std::vector<std::size_t> unknown;
    for (std::size_t i = 0; i < hidden.size(); ++i)
        if (hidden[i]) unknown.push_back(i);
    const auto fits = [&](std::size_t known) {
        return std::ranges::all_of(table.sums, [&](const Sum& sum) {
            const auto open = [&](std::size_t cell) {
                return std::find(unknown.begin() + static_cast<std::ptrdiff_t>(known), unknown.end(), cell) !=
                       unknown.end();
            };
            if (open(sum.whole) || std::ranges::any_of(sum.parts, open)) return true;
            std::uint64_t total = 0;
            for (const auto part : sum.parts) total += trial[part];
            return total == trial[sum.whole];
        });
    };
    const std::function<void(std::size_t)> next = [&](std::size_t at) {
        if (!fits(at)) return;
        if (at == unknown.size()) {
            for (const auto cell : unknown) out[cell].insert(trial[cell]);
            return;
        }
        for (std::uint64_t value = 0; value <= most; ++value) {
            trial[unknown[at]] = value;
            next(at + 1);
        }
    };
    next(0);
    return out;
}

}  // namespace

TEST_CASE("a table without small cells is shown whole", "[casework][suppression]") {
    const auto table = with_margins({{5, 0, 7}, {12, 9, 6}});
    const auto hidden = cells_to_hide(table.cells, table.sums, none_known(table), 5);
    CHECK(std::ranges::none_of(hidden, [](bool h) { return h; }));
}

TEST_CASE("a small cell takes others with it, so that no total gives it away", "[casework][suppression]") {
    const auto table = with_margins({{2, 10, 20}, {30, 40, 50}, {60, 70, 80}});
    const auto hidden = cells_to_hide(table.cells, table.sums, none_known(table), 5);
    CHECK(hidden[0]);
    CHECK(std::ranges::count(hidden, true) == 4);
    CHECK(given_away(table.cells, table.sums, hidden, 5).empty());

    auto only_first = std::vector<bool>(table.cells.size(), false);
    only_first[0] = true;
    CHECK(given_away(table.cells, table.sums, only_first, 5) == std::vector<std::size_t>{0});
}

TEST_CASE("what a reader knows anyway protects nothing", "[casework][suppression]") {
    const Table table{.cells = {12, 2, 0, 10}, .sums = {{.whole = 0, .parts = {1, 2, 3}}}};
    CHECK(cells_to_hide(table.cells, table.sums, {false, false, false, false}, 5) ==
          std::vector<bool>{false, true, true, false});
    CHECK(cells_to_hide(table.cells, table.sums, {false, false, true, false}, 5) ==
          std::vector<bool>{false, true, false, true});
}

TEST_CASE("what several equations give away together is found", "[casework][suppression]") {
    // Two sums overlap in all but one cell: each hides two, their difference none.
    const Table table{.cells = {9, 11, 3, 6, 2},
                      .sums = {{.whole = 0, .parts = {2, 3}}, {.whole = 1, .parts = {2, 3, 4}}}};
    CHECK(given_away(table.cells, table.sums, {false, false, true, true, true}, 5) == std::vector<std::size_t>{4});
    CHECK(given_away(table.cells, table.sums, cells_to_hide(table.cells, table.sums, none_known(table), 5), 5).empty());
}

TEST_CASE("of what is shown of small tables, no reader can compute a small cell", "[casework][suppression]") {
    CHECK(rc::check("every small cell keeps at least two possible values", [] {
        const auto height = *rc::gen::inRange<std::size_t>(1, 4);
        const auto width = *rc::gen::inRange<std::size_t>(2, 4);
        const auto rows = *rc::gen::container<std::vector<Cells>>(
            height, rc::gen::container<Cells>(width, rc::gen::elementOf(Cells{0, 0, 1, 1, 2, 3, 4, 5, 6, 8})));
        const auto table = with_margins(rows);
        const auto hidden = cells_to_hide(table.cells, table.sums, none_known(table), 5);
        RC_ASSERT(given_away(table.cells, table.sums, hidden, 5).empty());
        if (std::ranges::count(hidden, true) > 9) return;  // too many to try all
        const auto all = possible(table, hidden, 24);
        for (std::size_t i = 0; i < table.cells.size(); ++i) {
            if (table.cells[i] == 0 || table.cells[i] >= 5) continue;
            RC_ASSERT(hidden[i]);
            RC_ASSERT(all[i].size() >= 2);
        }
    }));
}

}  // namespace rogatory::casework
