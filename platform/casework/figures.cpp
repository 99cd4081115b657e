#include "platform/casework/figures.hpp"

#include <algorithm>
#include <map>

#include "platform/base/ensure.hpp"
#include "platform/casework/data.hpp"

namespace rogatory::casework {

namespace {

struct Known {
    std::vector<Figure> list;
    std::map<std::string, std::size_t, std::less<>> places;
};

Known read() {
    Known out;
    for (auto& row : data_rows(data::kFigures)) {
        ensure(row.size() == 5, "figures.csv has five columns");
        std::optional<std::size_t> whole;
        if (!row[1].empty()) {
            ensure(out.places.contains(row[1]), "a whole stands before its parts");
            whole = out.places.at(row[1]);
        }
        out.places.emplace(row[0], out.list.size());
        out.list.push_back(Figure{std::move(row[0]), whole, std::move(row[2]), std::move(row[3]), std::move(row[4])});
    }
    return out;
}

const Known& known() {
    static const Known kKnown = read();
    return kKnown;
}

}  // namespace

const std::vector<Figure>& figures() { return known().list; }

std::optional<std::size_t> figure_index(std::string_view name) {
    const auto found = known().places.find(name);
    if (found == known().places.end()) return std::nullopt;
    return found->second;
}

}  // namespace rogatory::casework
