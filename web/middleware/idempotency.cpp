#include "web/middleware/idempotency.hpp"

#include <algorithm>

#include "crypto/primitives/sha256.hpp"
#include "web/api/caller.hpp"
#include "web/http/problem.hpp"

namespace rogatory::middleware {
namespace {

constexpr std::string_view kReplayed = "Idempotency-Replayed";

bool is_write(const http::Request& request) {
    return request.method == http::Method::post || request.method == http::Method::put ||
           request.method == http::Method::del;
}

bool is_key(std::string_view key) {
    return key.size() >= 16 && key.size() <= 64 &&
           std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7f; });
}

// Enrolment sessions have no account to keep replies under; their one write is idempotent by itself.
bool applies(const http::Request& request, const http::Context& context) {
    return is_write(request) && request.headers.has("Idempotency-Key") && context.caller &&
           api::principal_of(context).account().has_value();
}

ports::Digest digest_of(const http::Request& request) {
    constexpr std::string_view kGap{"\0", 1};
    return crypto::sha256({as_bytes(http::method_name(request.method)), as_bytes(kGap), as_bytes(request.path),
                           as_bytes(kGap), as_bytes(request.query), as_bytes(kGap),
                           as_bytes(request.headers.find("If-Match").value_or("")), as_bytes(kGap),
                           as_bytes(request.body)});
}

}  // namespace

std::optional<http::Response> IdempotencyKey::on_head(const http::Request& request, http::Context&,
                                                      const http::Route*) {
    const auto key = request.headers.find("Idempotency-Key");
    if (!key || is_key(*key)) return std::nullopt;
    return http::problem(Error{ErrorCode::invalid_input, "http.idempotency_key"}, request.request_id);
}

std::optional<http::Response> IdempotencyKey::on_body(const http::Request& request, http::Context& context,
                                                      const http::Route&) {
    if (!applies(request, context)) return std::nullopt;
    auto known =
        replies_.find(api::principal_of(context), *request.headers.find("Idempotency-Key"), digest_of(request));
    if (!known) return http::problem(known.error(), request.request_id);
    if (!*known) return std::nullopt;
    auto response = http::Response::text((*known)->status, "application/json", std::string{as_text((*known)->body)});
    response.headers.add(std::string{kReplayed}, "true");
    return response;
}

void IdempotencyKey::on_reply(const http::Request& request, const http::Context& context, http::Response& response) {
    // What failed may be tried again; what was replayed is known.
    if (response.status < 200 || response.status >= 300 || response.source || response.headers.has(kReplayed)) return;
    if (!applies(request, context)) return;
    service::Idempotency::Reply reply;
    reply.status = response.status;
    reply.body = to_bytes(response.body);
    replies_.remember(api::principal_of(context), *request.headers.find("Idempotency-Key"), digest_of(request), reply);
}

}  // namespace rogatory::middleware
