#include "web/cli/console/table.hpp"

#include <algorithm>
#include <clocale>
#include <cstdlib>
#include <cwchar>
#include <memory>
#include <new>

#include <libsmartcols.h>
#include <wchar.h>

#include "platform/base/ensure.hpp"
#include "web/cli/console/format.hpp"

namespace rogatory::cli {
namespace {

struct Unref {
    void operator()(libscols_table* table) const noexcept { scols_unref_table(table); }
};

// The library measures with wcwidth() in the thread's locale, and never comes back from a character that has no width
// there. So it works in UTF-8 whatever the program's locale is, and gets no such character: a file name chosen by
// somebody else must not stop a list.
class Utf8Locale {
public:
    Utf8Locale() : locale_{::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)} {
        ensure(locale_ != nullptr, "the system has the locale C.UTF-8");
        before_ = ::uselocale(locale_);
    }
    ~Utf8Locale() {
        ::uselocale(before_);
        ::freelocale(locale_);
    }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;

private:
    locale_t locale_;
    locale_t before_{};
};

std::string with_width(const std::string& text) {
    std::string out;
    std::mbstate_t state{};
    std::size_t at = 0;
    while (at < text.size()) {
        wchar_t wide = 0;
        const auto length = std::mbrtowc(&wide, text.data() + at, text.size() - at, &state);
        if (length == 0 || length > text.size() - at) {
            state = {};
            out += "\ufffd";
            ++at;
            continue;
        }
        if (::wcwidth(wide) < 0) {
            out += "\ufffd";
        } else {
            out.append(text, at, length);
        }
        at += length;
    }
    return out;
}

}  // namespace

void Table::row(std::vector<std::string> cells) {
    ensure(cells.size() == columns_.size(), "a row has a cell for every column");
    for (auto& cell : cells) cell = printable(cell);
    rows_.push_back(std::move(cells));
}

std::string Table::draw(std::size_t width) const {
    if (rows_.empty()) return {};
    const Utf8Locale utf8;
    const std::unique_ptr<libscols_table, Unref> table{scols_new_table()};
    if (!table) throw std::bad_alloc{};
    scols_table_enable_noencoding(table.get(), 1);
    if (std::ranges::all_of(columns_, [](const Column& column) { return column.title.empty(); }))
        scols_table_enable_noheadings(table.get(), 1);
    scols_table_set_column_separator(table.get(), "  ");
    scols_table_set_termforce(table.get(), width == 0 ? SCOLS_TERMFORCE_NEVER : SCOLS_TERMFORCE_ALWAYS);
    if (width != 0) scols_table_set_termwidth(table.get(), width);
    for (const auto& column : columns_) {
        int flags = 0;
        if (column.align == Align::right) flags |= SCOLS_FL_RIGHT;
        if (width != 0 && column.narrow == Narrow::cut) flags |= SCOLS_FL_TRUNC;
        if (width != 0 && column.narrow == Narrow::wrap) flags |= SCOLS_FL_WRAP;
        if (scols_table_new_column(table.get(), column.title.c_str(), column.narrow == Narrow::keep ? 1 : 0.3, flags) ==
            nullptr) {
            throw std::bad_alloc{};
        }
    }
    for (const auto& cells : rows_) {
        auto* line = scols_table_new_line(table.get(), nullptr);
        if (line == nullptr) throw std::bad_alloc{};
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (scols_line_set_data(line, i, with_width(cells[i]).c_str()) != 0) throw std::bad_alloc{};
        }
    }
    char* drawn = nullptr;
    if (scols_print_table_to_string(table.get(), &drawn) != 0) throw std::bad_alloc{};
    const std::unique_ptr<char, decltype(&std::free)> owner{drawn, &std::free};
    // The library pads the last column; paper and pipes are better off without the trailing spaces.
    std::string out;
    std::string_view rest{drawn};
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        auto line = rest.substr(0, end);
        while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
        out += line;
        out += '\n';
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    return out;
}

}  // namespace rogatory::cli
