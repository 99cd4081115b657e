#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace rogatory::casework {

// Something a person should know about what was typed or asked. It refuses nothing: "warning.<key>" stands in the
// catalogue of every language, and the arguments fill its places. Dates among them are ISO 8601 under a name that ends
// in "date", for the screen to write out.
struct Finding {
    std::string key;
    std::map<std::string, std::string> arguments;

    friend bool operator==(const Finding&, const Finding&) = default;
};
using Findings = std::vector<Finding>;

[[nodiscard]] inline Finding finding(std::string key, std::map<std::string, std::string> arguments = {}) {
    return Finding{std::move(key), std::move(arguments)};
}

}  // namespace rogatory::casework
