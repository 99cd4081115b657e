#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// One State's row of the report of an organ of the Court (platform/decisions/1712-published-rows.md).
namespace rogatory::model {

// A figure by its name in figures.csv. One that is not named is 0, so that nothing has two spellings.
struct ReportFigure {
    std::string figure;
    std::optional<std::uint64_t> count;  // nothing: hidden, because it is small or would give a small one away
    friend bool operator==(const ReportFigure&, const ReportFigure&) = default;
};

// What one organ and one State had to do with one another in a period, as it stood at the end of a day.
struct ReportRow {
    std::string party;  // the State's code
    std::string organ;  // the organ's
    std::string from;
    std::string to;  // the last day
    std::string as_of;
    std::uint64_t hide_below = 0;        // figures from 1 to this, itself not counted, are hidden; 0 hides none
    std::vector<ReportFigure> received;  // by the State, from the organ; rising by name
    std::vector<ReportFigure> sent;      // by the State, to the organ
    friend bool operator==(const ReportRow&, const ReportRow&) = default;
};

// What a State says of the row that it was told of: before it is published.
enum class RowAnswer : std::uint8_t { confirmed, commented };

}  // namespace rogatory::model
