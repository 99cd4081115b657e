#pragma once

#include "platform/service/append.hpp"
#include "web/api/json.hpp"
#include "web/http/message.hpp"

namespace rogatory::api {

// 256 KiB of payload in base64, its signature and its names (protocol §2).
inline constexpr std::size_t kMaxEnvelope = 400'000;
inline constexpr std::size_t kMaxBlobs = 1500;

// Statements with their blobs, as three routes take them.
[[nodiscard]] Result<service::AppendRequest> decode_append(const json::object& object);
[[nodiscard]] Result<service::InlineBlob> decode_blob(const json::value& value);
[[nodiscard]] json::object encode_appended(const std::vector<service::Appended>& items);

}  // namespace rogatory::api
