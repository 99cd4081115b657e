#include "platform/casework/spreadsheet.hpp"

#include <algorithm>

#include "platform/casework/cells.hpp"
#include "platform/casework/data.hpp"
#include "platform/casework/identifiers.hpp"
#include "platform/casework/sheet_words.hpp"

namespace rogatory::casework {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string trimmed(std::string_view text) {
    const auto space = [](std::string_view at) -> std::size_t {
        if (at.starts_with(' ') || at.starts_with('\t')) return 1;
        if (at.starts_with("\xC2\xA0")) return 2;
        return at.starts_with("\xE2\x80\xAF") ? 3 : 0;
    };
    while (!text.empty() && space(text) > 0) text.remove_prefix(space(text));
    for (bool again = true; again;) {
        again = false;
        for (const auto size : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
            if (text.size() < size || space(text.substr(text.size() - size)) != size) continue;
            text.remove_suffix(size);
            again = true;
            break;
        }
    }
    return std::string{text};
}

// Controls other than the line ends and tabs that a quoted cell may hold.
bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
    });
}

bool is_date(std::string_view type) { return type == "date" || type == "part_date"; }

Checked checked(std::string_view type, std::string_view text) {
    if (type == "iban") return check_iban(text);
    if (type == "bic") return check_bic(text);
    if (type == "lei") return check_lei(text);
    if (type == "currency") return check_currency(text);
    return check_country(text);
}

// One file on its way in.
class Importer {
public:
    Importer(const std::vector<Column>& columns, const ImportOptions& options) : known_{columns}, options_{options} {}

    Import run(ByteView file) {
        auto decoded = decode_text(file);
        out_.encoding = decoded.encoding;
        std::string_view text{decoded.text};
        out_.separator = options_.separator.value_or(find_separator(text));
        if (text.starts_with("sep=")) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
        const auto rows = parse_cells(text, out_.separator, out_.faults);
        if (rows.size() < 2) {
            out_.faults.push_back(finding("import.empty"));
            return std::move(out_);
        }
        header(rows);
        if (rows.size() - 1 > kMostRows) {
            tell("import.too_many_rows", rows[kMostRows + 1].number, 0);
            return std::move(out_);
        }
        for (std::size_t i = 1; i < rows.size(); ++i) learn(rows[i]);
        for (std::size_t i = 1; i < rows.size(); ++i) row(rows[i]);
        if (out_.rows.empty()) out_.faults.push_back(finding("import.empty"));
        for (std::size_t i = 0; i < out_.rows.size() && i < 10; ++i) out_.preview.push_back(out_.rows[i]);
        if (!out_.faults.empty() || !out_.questions.empty()) out_.rows.clear();
        return std::move(out_);
    }

private:
    void tell(std::string key, std::size_t row, std::size_t column, std::string value = {}) {
        auto fault = finding(std::move(key), {{"row", std::to_string(row)}, {"column", column_letters(column)}});
        if (!value.empty()) fault.arguments.emplace("value", std::move(value));
        out_.faults.push_back(std::move(fault));
    }

    void header(const std::vector<Row>& rows) {
        const auto& titles = rows.front();
        std::size_t french = 0;
        for (std::size_t i = 0; i < titles.cells.size(); ++i) {
            const auto title = plain_words(titles.cells[i]);
            const auto column = std::ranges::find_if(known_, [&](const Column& one) {
                return title == plain_words(one.code) || title == plain_words(one.en) || title == plain_words(one.fr);
            });
            by_place_.push_back(column == known_.end() ? nullptr : &*column);
            out_.columns.push_back(column == known_.end() ? std::string{} : column->code);
            if (column == known_.end()) {
                const auto used = std::ranges::any_of(
                    rows, [&](const Row& row) { return i < row.cells.size() && !trimmed(row.cells[i]).empty(); });
                if (used) tell("import.unknown_column", titles.number, i, trimmed(titles.cells[i]));
                continue;
            }
            if (std::ranges::count(out_.columns, column->code) > 1)
                tell("import.column_twice", titles.number, i, titles.cells[i]);
            const auto fr = plain_words(column->fr);
            french += title == fr && fr != plain_words(column->en) && fr != plain_words(column->code) ? 1U : 0U;
        }
        for (const auto& column : known_) {
            if (!column.required || std::ranges::find(out_.columns, column.code) != out_.columns.end()) continue;
            out_.faults.push_back(finding("import.column_missing", {{"title", column.en + " / " + column.fr}}));
        }
        date_order_ = options_.date_order;
        decimal_sign_ = options_.decimal_sign;
        // Titles in French: whoever wrote them writes the day first and a decimal comma.
        if (french > 0 && !date_order_) date_order_ = DateOrder::day_first;
        if (french > 0 && !decimal_sign_) decimal_sign_ = ',';
    }

    // What one cell shows about all the others, where nobody has said so.
    void learn(const Row& row) {
        for (std::size_t i = 0; i < row.cells.size() && i < by_place_.size(); ++i) {
            if (by_place_[i] == nullptr) continue;
            const auto text = trimmed(without_guard(row.cells[i]));
            if (is_date(by_place_[i]->type) && !date_order_) date_order_ = read_date(text, std::nullopt).shows;
            if (by_place_[i]->type == "amount" && !decimal_sign_)
                decimal_sign_ = read_amount(text, std::nullopt).decimal_sign;
        }
    }

    void row(const Row& row) {
        if (std::ranges::all_of(row.cells, [](const std::string& cell) { return trimmed(cell).empty(); })) return;
        ImportedRow imported{.number = row.number, .values = {}};
        if (row.cells.size() < by_place_.size()) tell("import.cells_too_few", row.number, row.cells.size());
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            const auto text = trimmed(without_guard(row.cells[i]));
            if (i >= by_place_.size()) {
                if (!text.empty()) {
                    tell("import.cells_too_many", row.number, i);
                    break;
                }
                continue;
            }
            if (by_place_[i] == nullptr) continue;
            if (text.empty()) {
                if (by_place_[i]->required) tell("import.required", row.number, i);
            } else if (text.find(kReplacement) != std::string::npos) {
                tell("import.encoding", row.number, i);
            } else if (has_control(text)) {
                tell("import.control", row.number, i);
            } else if (text.size() > kMostCellBytes) {
                tell("import.too_long", row.number, i);
            } else {
                cell(imported, i, text);
            }
        }
        out_.rows.push_back(std::move(imported));
    }

    void ask(std::string_view key, std::size_t row, std::size_t column, const std::string& value) {
        // One question for the whole file: the first cell that needs it is the example.
        if (std::ranges::any_of(out_.questions, [&](const Finding& one) { return one.key == key; })) return;
        out_.questions.push_back(finding(
            std::string{key}, {{"row", std::to_string(row)}, {"column", column_letters(column)}, {"value", value}}));
    }

    void cell(ImportedRow& to, std::size_t place, const std::string& text) {
        const auto& column = *by_place_[place];
        auto& value = to.values[column.code];
        value = text;
        if (column.type == "text") return;
        if (is_date(column.type)) {
            auto date = column.type == "date" ? read_date(text, date_order_) : read_part_date(text, date_order_);
            if (date.state == ReadDate::State::wrong) tell("import.date", to.number, place, text);
            if (date.state == ReadDate::State::ambiguous) ask("import.ask_dates", to.number, place, text);
            if (date.state == ReadDate::State::read) value = std::move(date.iso);
        } else if (column.type == "amount") {
            auto amount = read_amount(text, decimal_sign_);
            if (amount.state == ReadAmount::State::wrong) tell("import.amount", to.number, place, text);
            if (amount.state == ReadAmount::State::ambiguous) ask("import.ask_decimals", to.number, place, text);
            if (amount.state == ReadAmount::State::read) value = std::move(amount.decimal);
        } else if (is_word_list(column.type)) {
            auto code = word_code(column.type, text);
            if (code)
                value = *std::move(code);
            else
                tell("import.word", to.number, place, text);
        } else {
            auto found = checked(column.type, text);
            value = std::move(found.value);
            for (auto& warning : found.warnings) {
                warning.arguments.emplace("row", std::to_string(to.number));
                warning.arguments.emplace("column", column_letters(place));
                out_.warnings.push_back(std::move(warning));
            }
        }
    }

    const std::vector<Column>& known_;
    const ImportOptions& options_;
    Import out_;
    std::vector<const Column*> by_place_;
    std::optional<DateOrder> date_order_;
    std::optional<char> decimal_sign_;
};

std::string shown_date(std::string_view iso, Language language) {
    const auto date = Date::parse(iso);
    if (!date || language == Language::en) return std::string{iso};
    return std::string{iso.substr(8, 2)} + "/" + std::string{iso.substr(5, 2)} + "/" + std::string{iso.substr(0, 4)};
}

}  // namespace

const std::vector<Column>& columns_of(std::string_view sheet) {
    static const auto kSheets = [] {
        std::map<std::string, std::vector<Column>, std::less<>> out;
        for (auto& row : data_rows(data::kColumns))
            out[row[0]].push_back(Column{row[1], row[2], row[3] == "yes", std::move(row[4]), std::move(row[5])});
        return out;
    }();
    static const std::vector<Column> kNone;
    const auto found = kSheets.find(sheet);
    return found == kSheets.end() ? kNone : found->second;
}

const std::vector<std::string>& fault_keys() {
    static const std::vector<std::string> kKeys{
        "import.empty",          "import.quote_open",     "import.quote_text",    "import.unknown_column",
        "import.column_twice",   "import.column_missing", "import.too_many_rows", "import.cells_too_few",
        "import.cells_too_many", "import.required",       "import.encoding",      "import.control",
        "import.too_long",       "import.date",           "import.amount",        "import.word"};
    return kKeys;
}

Result<Import> import_sheet(std::string_view sheet, ByteView file, const ImportOptions& options) {
    const auto& columns = columns_of(sheet);
    if (columns.empty()) return fail(ErrorCode::invalid_input, "import.sheet");
    return Importer{columns, options}.run(file);
}

Result<std::string> export_sheet(std::string_view sheet, const std::vector<Values>& rows, Language language) {
    const auto& columns = columns_of(sheet);
    if (columns.empty()) return fail(ErrorCode::invalid_input, "import.sheet");
    const auto french = language == Language::fr;
    const char separator = french ? ';' : ',';
    std::vector<std::string> titles;
    for (const auto& column : columns) titles.push_back(text_cell(french ? column.fr : column.en, separator));
    std::string out = "\xEF\xBB\xBF" + line_of(titles, separator);
    for (const auto& values : rows) {
        std::vector<std::string> cells;
        for (const auto& column : columns) {
            const auto found = values.find(column.code);
            const auto& value = found == values.end() ? std::string{} : found->second;
            if (is_date(column.type))
                cells.push_back(text_cell(shown_date(value, language), separator));
            else if (column.type == "amount" && read_amount(value, '.').decimal == value)
                cells.push_back(plain_cell(write_amount(value, french ? ',' : '.'), separator));
            else if (is_word_list(column.type))
                cells.push_back(text_cell(word_title(column.type, value, language), separator));
            else
                cells.push_back(text_cell(value, separator));
        }
        out += line_of(cells, separator);
    }
    return out;
}

}  // namespace rogatory::casework
