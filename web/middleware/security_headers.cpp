#include "web/middleware/security_headers.hpp"

#include <array>
#include <utility>

namespace rogatory::middleware {

void add_security_headers(http::Response& response) {
    // This server gives data, never a page: nothing of a reply may run, be framed, be sniffed or be read by another
    // origin.
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kFields{{
        {"Content-Security-Policy",
         "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox; "
         "require-trusted-types-for 'script'; trusted-types 'none'"},
        {"Strict-Transport-Security", "max-age=63072000; includeSubDomains"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Embedder-Policy", "require-corp"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"X-Frame-Options", "DENY"},
        {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
    }};
    for (const auto& [name, value] : kFields) response.headers.set(name, std::string{value});
    // Who wants a reply cached says so itself (log tiles).
    if (!response.headers.has("Cache-Control")) response.headers.add("Cache-Control", "no-store");
}

void SecurityHeaders::on_reply(const http::Request&, const http::Context&, http::Response& response) {
    add_security_headers(response);
}

}  // namespace rogatory::middleware
