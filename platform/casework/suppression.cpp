#include "platform/casework/suppression.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "platform/base/ensure.hpp"

namespace rogatory::casework {

namespace {

// Arithmetic modulo the largest prime below 2^26: the entries are −1, 0 and 1, and products stay exact in a double,
// which is what the web client computes with.
constexpr std::int64_t kPrime = 67108859;

std::int64_t modulo(std::int64_t value) { return ((value % kPrime) + kPrime) % kPrime; }

std::int64_t inverse(std::int64_t value) {
    std::int64_t result = 1;
    std::int64_t base = value;
    for (auto exponent = kPrime - 2; exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1) result = result * base % kPrime;
        base = base * base % kPrime;
    }
    return result;
}

using SparseRow = std::map<std::size_t, std::int64_t>;

void subtract(SparseRow& from, const SparseRow& what, std::int64_t times) {
    for (const auto& [column, value] : what) {
        const auto next = modulo(from[column] - times * value);
        if (next == 0)
            from.erase(column);
        else
            from[column] = next;
    }
}

// The hidden cells that the equations alone determine: those whose row of the reduced form has no other entry.
std::vector<std::size_t> solved(const std::vector<Sum>& sums, const std::vector<bool>& hidden) {
    std::map<std::size_t, SparseRow> pivots;
    for (const auto& sum : sums) {
        SparseRow row;
        for (const auto part : sum.parts)
            if (hidden[part]) row[part] = 1;
        if (hidden[sum.whole]) row[sum.whole] = kPrime - 1;
        // Towards the front the row only gets entries behind the pivot it loses, so one pass is enough.
        for (auto at = row.begin(); at != row.end();) {
            const auto column = at->first;
            const auto pivot = pivots.find(column);
            if (pivot != pivots.end()) subtract(row, pivot->second, at->second);
            at = row.upper_bound(column);
        }
        if (row.empty()) continue;
        const auto lead = row.begin()->first;
        const auto scale = inverse(row.begin()->second);
        for (auto& [column, value] : row) value = value * scale % kPrime;
        for (auto& [column, other] : pivots) {
            const auto found = other.find(lead);
            if (found != other.end()) subtract(other, row, found->second);
        }
        pivots.emplace(lead, std::move(row));
    }
    std::vector<std::size_t> out;
    for (const auto& [column, row] : pivots)
        if (row.size() == 1) out.push_back(column);
    return out;
}

constexpr auto kNoLimit = std::numeric_limits<std::int64_t>::max() / 1024 / 1024;

struct Range {
    std::int64_t low = 0;
    std::int64_t high = kNoLimit;
};

// What follows from each equation by itself and the ranges so far, until nothing more does.
std::map<std::size_t, Range> ranges(const std::vector<std::uint64_t>& cells, const std::vector<Sum>& sums,
                                    const std::vector<bool>& hidden) {
    std::map<std::size_t, Range> out;
    const auto range = [&](std::size_t cell) {
        if (!hidden[cell]) return Range{static_cast<std::int64_t>(cells[cell]), static_cast<std::int64_t>(cells[cell])};
        return out[cell];
    };
    bool changed = true;
    const auto narrow = [&](std::size_t cell, std::int64_t low, std::int64_t high) {
        if (!hidden[cell]) return;
        auto& now = out[cell];
        if (low > now.low) now.low = low, changed = true;
        if (high < now.high) now.high = high, changed = true;
    };
    while (changed) {
        changed = false;
        for (const auto& sum : sums) {
            std::int64_t low = 0;
            std::int64_t high = 0;
            for (const auto part : sum.parts) {
                low += range(part).low;
                high = std::min(kNoLimit, high + range(part).high);
            }
            narrow(sum.whole, low, high);
            const auto whole = range(sum.whole);
            for (const auto part : sum.parts) {
                const auto own = range(part);
                const auto others_high = high >= kNoLimit ? kNoLimit : high - own.high;
                narrow(part, whole.low - others_high, whole.high >= kNoLimit ? kNoLimit : whole.high - (low - own.low));
            }
        }
    }
    return out;
}

class Hiding {
public:
    Hiding(const std::vector<std::uint64_t>& cells, const std::vector<Sum>& sums, const std::vector<bool>& known,
           std::uint64_t threshold)
        : cells_{cells}, sums_{sums}, known_{known}, threshold_{threshold}, hidden_(cells.size(), false) {
        for (std::size_t i = 0; i < cells.size(); ++i) hidden_[i] = cells[i] > 0 && cells[i] < threshold;
    }

    std::vector<bool> settle() {
        for (;;) {
            while (cover_each_sum()) {
            }
            const auto open = given_away(cells_, sums_, hidden_, threshold_);
            if (open.empty()) return hidden_;
            bool any = false;
            for (const auto cell : open) any = hide_beside(cell) || any;
            ensure(any, "something is left to hide where something is given away");
        }
    }

private:
    // One equation at a time: the cheap part, which leaves little to the exact one.
    bool cover_each_sum() {
        bool any = false;
        for (const auto& sum : sums_) {
            const auto count = std::ranges::count_if(sum.parts, [&](std::size_t part) { return hidden_[part]; });
            if (count == (hidden_[sum.whole] ? 0 : 1) && hide_one({&sum})) any = true;
        }
        return any;
    }

    // Of some equations the smallest part that is shown; a whole only when there is none.
    bool hide_one(const std::vector<const Sum*>& among) {
        const auto free = [&](std::size_t cell) { return !hidden_[cell] && !known_[cell]; };
        std::optional<std::size_t> best;
        for (const auto* sum : among)
            for (const auto part : sum->parts)
                if (free(part) && (!best || cells_[part] < cells_[*best])) best = part;
        if (!best) {
            const auto whole = std::ranges::find_if(among, [&](const Sum* sum) { return free(sum->whole); });
            if (whole != among.end()) best = (*whole)->whole;
        }
        if (best) hidden_[*best] = true;
        return best.has_value();
    }

    bool hide_beside(std::size_t cell) {
        std::vector<const Sum*> with_it;
        std::vector<const Sum*> with_any;
        for (const auto& sum : sums_) {
            if (sum.whole == cell || std::ranges::find(sum.parts, cell) != sum.parts.end()) with_it.push_back(&sum);
            if (std::ranges::any_of(sum.parts, [&](std::size_t part) { return hidden_[part]; }))
                with_any.push_back(&sum);
        }
        return hide_one(with_it) || hide_one(with_any);
    }

    const std::vector<std::uint64_t>& cells_;
    const std::vector<Sum>& sums_;
    const std::vector<bool>& known_;
    std::uint64_t threshold_;
    std::vector<bool> hidden_;
};

}  // namespace

std::vector<std::size_t> given_away(const std::vector<std::uint64_t>& cells, const std::vector<Sum>& sums,
                                    const std::vector<bool>& hidden, std::uint64_t threshold) {
    std::vector<std::size_t> out;
    const auto small = [&](std::size_t cell) { return cells[cell] > 0 && cells[cell] < threshold; };
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (!hidden[i] && small(i)) out.push_back(i);
    for (const auto cell : solved(sums, hidden))
        if (small(cell)) out.push_back(cell);
    for (const auto& [cell, range] : ranges(cells, sums, hidden))
        if (range.low == range.high && small(cell)) out.push_back(cell);
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::vector<bool> cells_to_hide(const std::vector<std::uint64_t>& cells, const std::vector<Sum>& sums,
                                const std::vector<bool>& known, std::uint64_t threshold) {
    ensure(known.size() == cells.size(), "each cell is known or not");
    for (const auto& sum : sums) {
        std::uint64_t total = 0;
        for (const auto part : sum.parts) total += cells.at(part);
        ensure(total == cells.at(sum.whole), "a whole is the sum of its parts");
    }
    return Hiding{cells, sums, known, threshold}.settle();
}

}  // namespace rogatory::casework
