#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rogatory::casework {

// The files of platform/casework/data, as the build put them in: the web client reads the same ones.
namespace data {
extern const std::string_view kCountries;
extern const std::string_view kCurrencies;
extern const std::string_view kFigures;
extern const std::string_view kIban;
extern const std::string_view kColumns;
extern const std::string_view kRecommendations;
extern const std::string_view kWords;
}  // namespace data

// The rows of one of them without its header.
[[nodiscard]] std::vector<std::vector<std::string>> data_rows(std::string_view file);

}  // namespace rogatory::casework
