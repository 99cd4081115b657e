#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/result.hpp"

// What the operator is told: this program's only sentences, in the language of its environment.
namespace rogatory::server {

// "en" or "fr", as LC_ALL, LC_MESSAGES and LANG say in this order.
[[nodiscard]] std::string_view language_of_environment();

// What is wrong and what to do about it, two sentences or more; empty for a key that is not known here.
struct Explanation {
    std::string what;
    std::string fix;
};
[[nodiscard]] Explanation explain(const Error& error, std::string_view language);

// Key, arguments and explanation, on standard error and in the language of the environment.
void tell(const Error& error);

// What --help says of a command or option; absent for a key of which nothing is said.
[[nodiscard]] std::optional<std::string_view> help_text(std::string_view key, std::string_view language);

// Such a text, or one that a command says beside its answer, with its {places} filled in; a key of which nothing is
// said is a bug of ours.
using Places = std::vector<std::pair<std::string_view, std::string_view>>;
[[nodiscard]] std::string said(std::string_view key, std::string_view language, const Places& places = {});

}  // namespace rogatory::server
