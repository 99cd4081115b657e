#pragma once

#include <functional>
#include <string>

#include "crypto/encoding/canonical_json.hpp"
#include "platform/casework/finding.hpp"

// The cases of tests/vectors/casework, which every implementation of platform/casework is held to.
namespace rogatory::casework::test {

using encoding::Json;

// Runs each case of a file: what the function makes of "input" must be its "expected". A refusal is {"error": key, …its
// arguments}.
void run_cases(const std::string& file, const std::function<Json(const Json& input)>& run);

// Of an input: a bug in the vectors throws.
[[nodiscard]] const Json& member(const Json& object, std::string_view name);
[[nodiscard]] const Json* find(const Json& object, std::string_view name);
[[nodiscard]] const std::string& text(const Json& object, std::string_view name);
[[nodiscard]] std::string text_or(const Json& object, std::string_view name, std::string otherwise);
[[nodiscard]] std::uint64_t number(const Json& object, std::string_view name);
[[nodiscard]] bool flag(const Json& object, std::string_view name);

[[nodiscard]] Json error_json(const Error& error);
[[nodiscard]] Json findings_json(const Findings& findings);

}  // namespace rogatory::casework::test
