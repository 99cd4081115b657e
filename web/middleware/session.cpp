#include "web/middleware/session.hpp"

#include "platform/base/ensure.hpp"
#include "web/api/caller.hpp"
#include "web/api/session_cookie.hpp"
#include "web/http/fields.hpp"
#include "web/http/problem.hpp"

namespace rogatory::middleware {

bool may_call(http::Access access, service::Scope scope, service::AccountKind kind) {
    using service::AccountKind;
    using service::Scope;
    const bool full = scope == Scope::full;
    const bool member = kind == AccountKind::member || kind == AccountKind::service;
    switch (access) {
        case http::Access::unset:
            return false;
        case http::Access::none:
            return true;
        case http::Access::ticket:
            return false;  // no session opens it
        case http::Access::enrolment:
            return scope == Scope::enrolment;
        case http::Access::kit:
            return full || scope == Scope::kit;
        case http::Access::any:
            return true;
        case http::Access::registry:
            return (full && member) || scope == Scope::enrolment;
        case http::Access::member:
            return full && member;
        case http::Access::account:
            return full;
        case http::Access::auditor:
            return full && (kind == AccountKind::administrator || kind == AccountKind::auditor);
        case http::Access::administrator:
            return full && kind == AccountKind::administrator;
    }
    return false;
}

std::optional<http::Response> Session::on_head(const http::Request& request, http::Context& context,
                                               const http::Route* route) {
    if (route == nullptr || route->access == http::Access::none || route->access == http::Access::ticket) {
        return std::nullopt;
    }
    auto token = http::bearer_token(request.headers.find("Authorization").value_or(std::string_view{}));
    const bool by_cookie = !request.headers.has("Authorization");
    if (by_cookie) token = api::cookie_token(request);
    if (!token) return http::problem(401, "session.missing", request.request_id);
    auto principal = authenticator_.authenticate(
        *token, {request.peer, by_cookie || api::shows_a_browser(request), request.client_chain});
    if (!principal) return http::problem(principal.error(), request.request_id);
    if (principal->barred() != nullptr) {
        if (!route->open_to_barred) {
            return http::problem(Error{ErrorCode::forbidden, principal->barred()}, request.request_id);
        }
    } else if (!may_call(route->access, principal->scope(), principal->kind())) {
        return http::problem(404, "http.not_found", request.request_id);
    }
    context.caller = std::make_shared<api::SignedInCaller>(*std::move(principal));
    return std::nullopt;
}

}  // namespace rogatory::middleware
