#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/casework/date.hpp"

namespace rogatory::casework {

// The lists of data/words.csv.
[[nodiscard]] bool is_word_list(std::string_view list);
// In the order of the file; empty for a list that is not there.
[[nodiscard]] std::vector<std::string> word_codes(std::string_view list);
// The code of a word given as code or in either language, however written.
[[nodiscard]] std::optional<std::string> word_code(std::string_view list, std::string_view text);
// What a code is called; the code itself where the list has no such word.
[[nodiscard]] std::string word_title(std::string_view list, std::string_view code, Language language);

}  // namespace rogatory::casework
