#include "platform/casework/cells.hpp"

#include <algorithm>
#include <array>

namespace rogatory::casework {

namespace {

// One pass over the text; a fault does not end it, so that all are told at once.
class Reader {
public:
    Reader(std::string_view text, char separator, Findings& faults)
        : text_{text}, separator_{separator}, faults_{faults} {}

    std::vector<Row> all() {
        while (at_ < text_.size()) row();
        return std::move(rows_);
    }

private:
    void row() {
        Row row{.number = ++number_, .cells = {}};
        for (;;) {
            row.cells.push_back(cell(row.cells.size()));
            if (at_ >= text_.size()) break;
            const char c = text_[at_++];
            if (c == separator_) continue;
            if (c == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
            break;
        }
        if (std::ranges::any_of(row.cells, [](const std::string& text) { return !text.empty(); }))
            rows_.push_back(std::move(row));
    }

    [[nodiscard]] bool at_end_of_cell() const {
        return at_ >= text_.size() || text_[at_] == separator_ || text_[at_] == '\r' || text_[at_] == '\n';
    }

    std::string cell(std::size_t column) {
        if (at_ < text_.size() && text_[at_] == '"') return quoted(column);
        const auto from = at_;
        while (!at_end_of_cell()) ++at_;
        return std::string{text_.substr(from, at_ - from)};
    }

    std::string quoted(std::size_t column) {
        std::string out;
        ++at_;
        for (;;) {
            if (at_ >= text_.size()) {
                tell("import.quote_open", column);
                return out;
            }
            const char c = text_[at_++];
            if (c != '"') {
                out += c;
            } else if (at_ < text_.size() && text_[at_] == '"') {
                out += '"';
                ++at_;
            } else {
                break;
            }
        }
        if (!at_end_of_cell()) tell("import.quote_text", column);
        while (!at_end_of_cell()) out += text_[at_++];
        return out;
    }

    void tell(std::string key, std::size_t column) {
        faults_.push_back(
            finding(std::move(key), {{"row", std::to_string(number_)}, {"column", column_letters(column)}}));
    }

    std::string_view text_;
    char separator_;
    Findings& faults_;
    std::size_t at_ = 0;
    std::size_t number_ = 0;
    std::vector<Row> rows_;
};

bool begins_formula(std::string_view text) {
    return !text.empty() && std::string_view{"=+-@\t\r\n"}.find(text.front()) != std::string_view::npos;
}

// "'" any number of times before what would be a formula.
bool guarded(std::string_view text) {
    const auto apostrophes = std::min(text.find_first_not_of('\''), text.size());
    return apostrophes > 0 && begins_formula(text.substr(apostrophes));
}

}  // namespace

std::string column_letters(std::size_t index) {
    std::string out;
    for (auto left = index + 1; left > 0; left = (left - 1) / 26)
        out.insert(out.begin(), std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZ"}[(left - 1) % 26]);
    return out;
}

std::vector<Row> parse_cells(std::string_view text, char separator, Findings& faults) {
    return Reader{text, separator, faults}.all();
}

char find_separator(std::string_view text) {
    if (text.starts_with("sep=") && text.size() > 4) return text[4];
    // More than enough to decide by; a file may be large.
    const auto sample = text.substr(0, 64 * 1024);
    char best = ';';
    std::size_t best_score = 0;
    for (const char separator : {';', '\t', ','}) {
        Findings ignored;
        const auto rows = parse_cells(sample, separator, ignored);
        if (rows.empty() || rows.front().cells.size() < 2) continue;
        std::size_t even = 0;
        for (const auto& row : rows) even += row.cells.size() == rows.front().cells.size() ? 1U : 0U;
        // Rows that agree with the first, then columns: a comma inside amounts agrees by chance only.
        const auto score = even * 1000 / rows.size() * 1000 + std::min<std::size_t>(rows.front().cells.size(), 999);
        if (score > best_score) {
            best_score = score;
            best = separator;
        }
    }
    return best;
}

std::string plain_cell(std::string_view text, char separator) {
    const std::array<char, 4> special{separator, '"', '\r', '\n'};
    const auto needs = text.find_first_of(std::string_view{special.data(), special.size()}) != std::string_view::npos ||
                       text.starts_with(' ') || text.ends_with(' ');
    if (!needs) return std::string{text};
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

std::string text_cell(std::string_view text, char separator) {
    if (begins_formula(text) || guarded(text)) return plain_cell("'" + std::string{text}, separator);
    return plain_cell(text, separator);
}

std::string without_guard(std::string_view cell) { return std::string{guarded(cell) ? cell.substr(1) : cell}; }

std::string line_of(const std::vector<std::string>& cells, char separator) {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) out += separator;
        out += cells[i];
    }
    return out + "\r\n";
}

}  // namespace rogatory::casework
