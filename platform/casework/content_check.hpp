#pragma once

#include <string>
#include <vector>

#include "platform/casework/finding.hpp"
#include "platform/model/request_content.hpp"

namespace rogatory::casework {

// What a person should look at again in the rows of a request or an answer, by the key of the row. It hinders nothing.
struct RowFinding {
    std::string row;
    Finding finding;

    friend bool operator==(const RowFinding&, const RowFinding&) = default;
};

// In the order of the content: identifiers, countries and currencies that do not pass their check (identifiers.hpp).
[[nodiscard]] std::vector<RowFinding> check_content(const model::RequestContent& content);

}  // namespace rogatory::casework
