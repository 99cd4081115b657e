#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rogatory::cli {

enum class Align { left, right };

// How a column gives way on a narrow terminal: `keep` never, `cut` ends with …, `wrap` goes on in the next line.
enum class Narrow { keep, cut, wrap };

struct Column {
    std::string title;
    Narrow narrow = Narrow::keep;
    Align align = Align::left;
};

// A table for people, drawn by libsmartcols. Cells are made printable; an empty table draws nothing.
class Table {
public:
    explicit Table(std::vector<Column> columns) : columns_{std::move(columns)} {}

    void row(std::vector<std::string> cells);
    [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }

    // Lines of at most `width` columns where the columns allow it; width 0 means as wide as needed.
    [[nodiscard]] std::string draw(std::size_t width) const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace rogatory::cli
