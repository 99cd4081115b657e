#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/requests.hpp"

// Internal to platform/agent: the names a form has, and how each value gets to its place (request_form.hpp).
namespace rogatory::agent {

// Without white space at either end.
[[nodiscard]] std::string_view trimmed(std::string_view text);

// How one named value gets into a row; false: it is not of the right form.
template <class Row>
using Setter = std::function<bool(Row&, std::string_view)>;
template <class Row>
using Setters = std::map<std::string_view, Setter<Row>, std::less<>>;

[[nodiscard]] const Setters<model::Person>& person_fields();
[[nodiscard]] const Setters<model::Entity>& entity_fields();
[[nodiscard]] const Setters<model::Account>& account_fields();
[[nodiscard]] const Setters<model::Transaction>& transaction_fields();
[[nodiscard]] const Setters<model::Asset>& asset_fields();
[[nodiscard]] const Setters<model::Measure>& measure_fields();
[[nodiscard]] const Setters<RequestForm>& head_fields();

using BlockMember = std::optional<std::string> model::RequestBlocks::*;
[[nodiscard]] const std::map<std::string_view, BlockMember>& block_fields();

}  // namespace rogatory::agent
