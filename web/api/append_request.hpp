#pragma once

#include "platform/service/append.hpp"
#include "web/api/json.hpp"
#include "web/http/message.hpp"

namespace rogatory::api {

// Statements with their blobs, as three routes take them.
[[nodiscard]] Result<service::AppendRequest> decode_append(const json::object& object);
[[nodiscard]] json::object encode_appended(const std::vector<service::Appended>& items);

}  // namespace rogatory::api
