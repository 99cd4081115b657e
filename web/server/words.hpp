#pragma once

#include <string>
#include <string_view>

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

}  // namespace rogatory::server
