#pragma once

#include <map>
#include <string>
#include <string_view>

#include "web/http/message.hpp"

namespace rogatory::http {

// The reply to an Error. The only place that knows both an ErrorCode and an HTTP status (problem.cpp).
//
// log_detail goes to the log, never into the reply; 'not yours' and 'not there' are the same Error already when they
// come here, and `forbidden` is used only where existence is no secret.
[[nodiscard]] Response problem(const Error& error, std::string_view request_id);

// A failure of HTTP itself, before or beside any service: key "http.<what>".
[[nodiscard]] Response problem(int status, std::string_view key, std::string_view request_id,
                               const std::map<std::string, std::string>& arguments = {});

[[nodiscard]] int status_of(const Error& error);
[[nodiscard]] std::string_view reason_phrase(int status);

// A JSON string with its quotes: what problem+json needs without a JSON library.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace rogatory::http
