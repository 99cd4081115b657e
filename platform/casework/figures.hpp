#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/casework/date.hpp"

namespace rogatory::casework {

// One thing the report counts, from data/figures.csv. Figures of one division are the parts of a whole: requests by
// organ, by nature, by way, by outcome. The others overlap.
struct Figure {
    std::string name;
    std::optional<std::size_t> part_of;
    std::string division;
    std::string en;
    std::string fr;

    [[nodiscard]] const std::string& title(Language language) const { return language == Language::fr ? fr : en; }
};

// In the order in which they are printed.
[[nodiscard]] const std::vector<Figure>& figures();
[[nodiscard]] std::optional<std::size_t> figure_index(std::string_view name);

}  // namespace rogatory::casework
