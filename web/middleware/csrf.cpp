#include "web/middleware/csrf.hpp"

#include "web/http/fields.hpp"
#include "web/http/problem.hpp"

namespace rogatory::middleware {

std::optional<http::Response> Csrf::on_head(const http::Request& request, http::Context& context,
                                            const http::Route* route) {
    const auto& headers = request.headers;
    const bool by_cookie = context.caller && !headers.has("Authorization");
    const bool safe = request.method == http::Method::get || request.method == http::Method::head;
    // Signing in sets the cookie when the web client asks for it: the same proof is wanted there (login CSRF).
    const bool asks_cookie = route != nullptr && route->access == http::Access::none && headers.has("Rogatory-Client");
    if (!by_cookie && !asks_cookie) return std::nullopt;

    const auto site = headers.find("Sec-Fetch-Site");
    // A read that another page caused: it could see nothing of the reply, and need not be given one. ("none" is the
    // person himself, who opened the address.)
    if (safe && (!site || *site == "same-origin" || *site == "none")) return std::nullopt;
    const bool ours = headers.find("Rogatory-Client") == std::string_view{"web"};
    const bool same_site = site ? *site == "same-origin" : headers.find("Origin") == std::string_view{origin_};
    if (ours && same_site) return std::nullopt;
    return http::problem(403, "http.cross_site", request.request_id);
}

}  // namespace rogatory::middleware
