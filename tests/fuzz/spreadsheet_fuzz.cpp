#include <array>

#include "platform/casework/spreadsheet.hpp"
#include "tests/fuzz/property.hpp"

using namespace rogatory;
using namespace rogatory::casework;

// Whatever file somebody opens: nothing is half imported, and what is taken comes back from an export unchanged.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    constexpr std::array<std::string_view, 4> kSheets{"person", "account", "transaction", "asset"};
    const auto sheet = kSheets[data[0] % kSheets.size()];
    const auto made = import_sheet(sheet, ByteView{data + 1, size - 1}, {});
    require(made.has_value());
    require(made->rows.empty() || (made->faults.empty() && made->questions.empty()));
    if (made->rows.empty()) return 0;
    std::vector<Values> rows;
    for (const auto& row : made->rows) rows.push_back(row.values);
    for (const auto language : {Language::en, Language::fr}) {
        const auto csv = export_sheet(sheet, rows, language);
        require(csv.has_value());
        const auto again = import_sheet(sheet, as_bytes(*csv), {});
        require(again && again->faults.empty() && again->questions.empty());
    }
    return 0;
}
