#include "platform/casework/data.hpp"

#include "platform/base/ensure.hpp"
#include "platform/casework/cells.hpp"

namespace rogatory::casework {

std::vector<std::vector<std::string>> data_rows(std::string_view file) {
    Findings faults;
    auto rows = parse_cells(file, ',', faults);
    ensure(faults.empty() && !rows.empty(), "a data file of ours is well-formed");
    std::vector<std::vector<std::string>> out;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        ensure(rows[i].cells.size() == rows.front().cells.size(),
               "a row of a data file has as many cells as its header");
        out.push_back(std::move(rows[i].cells));
    }
    return out;
}

}  // namespace rogatory::casework
