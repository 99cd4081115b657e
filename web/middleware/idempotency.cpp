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

// Enrolment sessions have no account to keep replies under; their one write is idempotent by itself. The reply to a new
// upload holds its ticket, that to a step-up the session's token, and a token is stored nowhere: who lost it begins
// anew.
bool applies(const http::Request& request, const http::Context& context) {
    return is_write(request) && request.headers.has("Idempotency-Key") && context.caller &&
           api::principal_of(context).account().has_value() && context.route != "/api/v1/uploads" &&
           context.route != "/api/v1/session/step-up";
}

// What is kept of a reply: its entity tag, which some writes answer with, on the first line, then the body.
Bytes kept_form(const http::Response& response) {
    auto kept = to_bytes(response.headers.find("ETag").value_or(""));
    kept.push_back('\n');
    append(kept, response.body);
    return kept;
}

http::Response from_kept_form(int status, ByteView kept) {
    const auto text = as_text(kept);
    const auto line = text.find('\n');
    http::Response response;
    response.status = status;
    if (const auto body = text.substr(line + 1); !body.empty()) {
        response = http::Response::text(status, "application/json", std::string{body});
    }
    if (line != 0) response.headers.add("ETag", std::string{text.substr(0, line)});
    return response;
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
    auto response = from_kept_form((*known)->status, (*known)->body);
    response.headers.add(std::string{kReplayed}, "true");
    return response;
}

void IdempotencyKey::on_reply(const http::Request& request, const http::Context& context, http::Response& response) {
    // What failed may be tried again; what was replayed is known.
    if (response.status < 200 || response.status >= 300 || response.source || response.feed ||
        response.headers.has(kReplayed))
        return;
    if (!applies(request, context)) return;
    service::Idempotency::Reply reply;
    reply.status = response.status;
    reply.body = kept_form(response);
    replies_.remember(api::principal_of(context), *request.headers.find("Idempotency-Key"), digest_of(request), reply);
}

}  // namespace rogatory::middleware
