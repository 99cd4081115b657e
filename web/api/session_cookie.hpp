#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/service/services.hpp"
#include "web/http/fields.hpp"
#include "web/http/message.hpp"

// The web client's session: a cookie that no script can read, that goes to this host over https only, for every path,
// and with no request that another site caused (RFC 6265bis).
namespace rogatory::api {

inline constexpr std::string_view kSessionCookie = "__Host-rogatory";

// Our own page asks; the csrf stage has seen that it is ours. Then a token goes into the cookie and not into the body.
[[nodiscard]] inline bool wants_cookie(const http::Request& request) { return request.headers.has("Rogatory-Client"); }

// No program of ours sends these, and every browser does: whoever has a session's token beside them has not left the
// browser. That neither is there proves nothing, for anybody can write a program.
[[nodiscard]] inline bool shows_a_browser(const http::Request& request) {
    return wants_cookie(request) || request.headers.has("Sec-Fetch-Site") || request.headers.has("Origin");
}

// The token of an earlier session that the browser still sends along.
[[nodiscard]] inline std::optional<std::string_view> cookie_token(const http::Request& request) {
    return http::cookie(request.headers.find("Cookie").value_or(std::string_view{}), kSessionCookie);
}

// No Max-Age: the browser forgets it when it is closed, and the server decides how long it holds.
inline void set_session_cookie(http::Response& response, std::string_view token) {
    response.headers.add("Set-Cookie", std::string{kSessionCookie} + "=" + std::string{token} +
                                           "; Path=/; Secure; HttpOnly; SameSite=Strict");
}
inline void end_session_cookie(http::Response& response) {
    response.headers.add("Set-Cookie",
                         std::string{kSessionCookie} + "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
}

// The session that the page had until now, an enrolment's as a rule, ends when it gets another.
inline void replace_cookie_session(service::Services& services, const http::Request& request) {
    const auto token = wants_cookie(request) ? cookie_token(request) : std::nullopt;
    if (!token) return;
    if (const auto before = services.authenticator.authenticate(*token, {request.peer, true}))
        services.sign_in.sign_out(*before);
}

}  // namespace rogatory::api
