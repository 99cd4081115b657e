// What the console asks of ICU and libsmartcols, for a program that has neither.
#include <algorithm>

#include "platform/base/ensure.hpp"
#include "web/cli/console/format.hpp"
#include "web/cli/console/table.hpp"
#include "web/cli/verifier/message.hpp"
#include "web/cli/verifier/text.hpp"

namespace rogatory::cli {
namespace {

constexpr std::string_view kBetween = "  ";
constexpr std::size_t kNarrowest = 8;

std::size_t sum(const std::vector<std::size_t>& widths) {
    std::size_t out = kBetween.size() * (widths.size() - 1);
    for (const auto width : widths) out += width;
    return out;
}

// The widest column that may gives way, until all fit or none can.
void fit(std::vector<std::size_t>& widths, const std::vector<Column>& columns, std::size_t width) {
    while (sum(widths) > width) {
        std::size_t widest = widths.size();
        for (std::size_t i = 0; i < widths.size(); ++i) {
            if (columns[i].narrow == Narrow::keep || widths[i] <= kNarrowest) continue;
            if (widest == widths.size() || widths[i] > widths[widest]) widest = i;
        }
        if (widest == widths.size()) return;
        --widths[widest];
    }
}

// The lines of a cell; a word that is longer than the column stands out of it.
std::vector<std::string> lines_of(const std::string& cell, std::size_t width) {
    const auto text = wrap(cell, width);
    std::vector<std::string> out;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        out.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

void draw_row(std::string& out, const std::vector<std::string>& cells, const std::vector<Column>& columns,
              const std::vector<std::size_t>& widths) {
    std::vector<std::vector<std::string>> drawn;
    std::size_t height = 1;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        drawn.push_back(lines_of(cells[i], widths[i]));
        height = std::max(height, drawn.back().size());
    }
    for (std::size_t y = 0; y < height; ++y) {
        std::string line;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto text = y < drawn[i].size() ? drawn[i][y] : std::string{};
            const std::string room(widths[i] - std::min(widths[i], display_width(text)), ' ');
            if (i > 0) line += kBetween;
            line += columns[i].align == Align::right ? room + text : text + room;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
}

}  // namespace

std::string printable(std::string_view text) { return plain::printable(text); }
std::size_t display_width(std::string_view text) { return plain::display_width(text); }

std::string Catalogue::text(std::string_view key, const Arguments& arguments) const {
    const auto pattern = find(language_, key);
    const auto filled = pattern ? plain::filled(language_, *pattern, arguments) : std::nullopt;
    return filled ? *filled : "<" + std::string{key} + ">";
}

void Table::row(std::vector<std::string> cells) {
    ensure(cells.size() == columns_.size(), "a row has a cell for every column");
    for (auto& cell : cells) cell = printable(cell);
    rows_.push_back(std::move(cells));
}

std::string Table::draw(std::size_t width) const {
    if (rows_.empty()) return {};
    std::vector<std::string> titles;
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        titles.push_back(columns_[i].title);
        widths.push_back(display_width(titles[i]));
        for (const auto& row : rows_) widths[i] = std::max(widths[i], display_width(row[i]));
    }
    if (width != 0) fit(widths, columns_, width);
    std::string out;
    if (std::ranges::any_of(titles, [](const std::string& title) { return !title.empty(); }))
        draw_row(out, titles, columns_, widths);
    for (const auto& row : rows_) draw_row(out, row, columns_, widths);
    return out;
}

}  // namespace rogatory::cli
