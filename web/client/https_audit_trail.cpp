#include "web/client/https_audit_trail.hpp"

#include <algorithm>

#include "crypto/primitives/memory.hpp"
#include "web/client/calls.hpp"

namespace rogatory::client {

namespace {

bool is_action(std::string_view action) {
    constexpr std::size_t kLongest = 64;
    return !action.empty() && action.size() <= kLongest &&
           std::ranges::all_of(action, [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '.'; });
}

}  // namespace

HttpsAuditTrail::HttpsAuditTrail(Origin origin, HttpsOptions options, std::string token)
    : https_{std::move(origin), std::move(options)}, token_{std::move(token)} {}

HttpsAuditTrail::~HttpsAuditTrail() { crypto::wipe(token_); }

void HttpsAuditTrail::use_session(std::string token) {
    crypto::wipe(token_);
    token_ = std::move(token);
}

Result<AuditStretch> HttpsAuditTrail::read(std::string path) {
    constexpr std::size_t kLargest = 1024 * 1024;
    HttpsRequest request;
    request.path = std::move(path);
    request.headers.emplace("Authorization", "Bearer " + token_);
    request.largest_reply = kLargest;
    auto reply = https_.send(request);
    crypto::wipe(request.headers.at("Authorization"));
    if (!reply) return fail(std::move(reply).error());
    if (reply->status != 200) return fail(problem_of(*reply));
    auto value = parse_json(*reply);
    if (!value) return fail(std::move(value).error());
    bool good = true;
    AuditStretch stretch;
    const Fields f{*value, good};
    for (const auto& item : f.items("items")) {
        stretch.items.push_back({item.natural("id"), item.integer("at"), item.text_or_empty("actor"),
                                 item.text("action"), item.text_or_empty("subject"), item.text("outcome")});
    }
    stretch.newest = f.natural("newest");
    for (const auto& row : stretch.items) good = good && is_action(row.action);
    if (!good) return fail(not_understood(*reply));
    return stretch;
}

Result<AuditStretch> HttpsAuditTrail::of_party(std::string_view party, std::uint64_t after) {
    return read("/api/v1/audit?limit=500&party=" + encoded(party) + "&after=" + std::to_string(after));
}

Result<AuditStretch> HttpsAuditTrail::of_platform(std::uint64_t after) {
    return read("/api/v1/admin/audit?limit=500&after=" + std::to_string(after));
}

}  // namespace rogatory::client
