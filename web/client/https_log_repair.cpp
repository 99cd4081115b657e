#include "web/client/https_log_repair.hpp"

#include "crypto/primitives/memory.hpp"
#include "crypto/primitives/random.hpp"
#include "web/client/calls.hpp"

namespace rogatory::client {
namespace {

using ports::LogRepair;

constexpr const char* kPath = "/api/v1/log/repair";
constexpr std::size_t kLargest = 4 * 1024 * 1024;

LogRepair::Status status_of(const Fields& f) {
    LogRepair::Status status;
    status.behind = f.truth("behind");
    status.repairable = f.truth("repairable");
    status.size = f.natural("size");
    status.target = f.natural("target");
    status.entries = f.natural("entries");
    status.missing = f.natural("missing");
    status.lost = f.natural("lost");
    status.lost_from = f.natural("lost_from");
    for (const auto& range : f.items("ranges"))
        status.ranges.emplace_back(range.natural("first"), range.natural("last"));
    return status;
}

template <class T, class Read>
Result<T> decoded(const Result<HttpsReply>& reply, Read&& read) {
    if (!reply) return fail(reply.error());
    auto value = parse_json(*reply);
    if (!value) return fail(std::move(value).error());
    bool good = true;
    T out = read(*value, good);
    if (!good) return fail(not_understood(*reply));
    return out;
}

Result<LogRepair::Status> decoded_status(const Result<HttpsReply>& reply) {
    return decoded<LogRepair::Status>(reply, [](const json::value& value, bool& good) {
        return status_of(Fields{value, good});
    });
}

}  // namespace

HttpsLogRepair::HttpsLogRepair(Origin origin, HttpsOptions options, std::string token)
    : https_{std::move(origin), std::move(options)}, token_{std::move(token)} {}

HttpsLogRepair::~HttpsLogRepair() { crypto::wipe(token_); }

Result<HttpsReply> HttpsLogRepair::send(const std::string& method, const std::string& path, std::string body) {
    HttpsRequest request;
    request.method = method;
    request.path = path;
    request.largest_reply = kLargest;
    if (!token_.empty()) request.headers["Authorization"] = "Bearer " + token_;
    if (!body.empty()) {
        request.headers["Idempotency-Key"] = encoding::hex_encode(crypto::system_random().bytes<16>());
        request.content_type = "application/json";
        request.body = as_bytes(body);
    }
    auto reply = https_.send(request);
    if (auto bearer = request.headers.find("Authorization"); bearer != request.headers.end())
        crypto::wipe(bearer->second);
    if (reply && reply->status != 200) return fail(problem_of(*reply));
    return reply;
}

Result<LogRepair::Status> HttpsLogRepair::status() { return decoded_status(send("GET", kPath, {})); }

Result<LogRepair::Status> HttpsLogRepair::entries(std::uint64_t from, ByteView entries, ByteView consistency) {
    const json::object body{{"from", from}, {"entries", base64(entries)}, {"consistency", base64(consistency)}};
    return decoded_status(send("POST", std::string{kPath} + "/entries", json::serialize(body)));
}

Result<LogRepair::Placed> HttpsLogRepair::statements(const std::vector<Statement>& statements,
                                                     const std::vector<Blob>& blobs) {
    json::array listed;
    for (const auto& one : statements) {
        listed.push_back(json::object{{"index", one.index}, {"envelope", json::string{view(as_text(one.envelope))}}});
    }
    json::array files;
    for (const auto& blob : blobs)
        files.push_back(json::object{{"sha256", hex(blob.sha256)}, {"data", base64(blob.data)}});
    const json::object body{{"statements", std::move(listed)}, {"blobs", std::move(files)}};
    return decoded<Placed>(
        send("POST", std::string{kPath} + "/statements", json::serialize(body)),
        [](const json::value& value, bool& good) {
            const Fields f{value, good};
            Placed placed;
            placed.placed = f.natural("placed");
            placed.blobs = f.natural("blobs");
            for (const auto& one : f.items("wanted")) {
                Wanted wanted{one.hex<32>("chain"), one.hex<32>("sha256"), one.natural("index"), std::nullopt};
                if (one.has("attachment")) wanted.attachment = one.hex<16>("attachment");
                placed.wanted.push_back(wanted);
            }
            const auto* const status = f.object() == nullptr ? nullptr : f.object()->if_contains("status");
            if (status == nullptr) {
                good = false;
            } else {
                placed.status = status_of(Fields{*status, good});
            }
            return placed;
        });
}

}  // namespace rogatory::client
