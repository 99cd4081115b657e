#include "web/client/calls.hpp"

#include "crypto/encoding/base64.hpp"
#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/memory.hpp"
#include "crypto/primitives/random.hpp"

namespace rogatory::client {

json::string base64(ByteView bytes) { return json::string{encoding::base64_encode(bytes)}; }
json::string hex(ByteView bytes) { return json::string{encoding::hex_encode(bytes)}; }

std::string encoded(std::string_view text) {
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += kHex[byte >> 4U];
            out += kHex[byte & 15U];
        }
    }
    return out;
}

json::object json_of(const ports::remote::Append& append) {
    json::array statements;
    for (const auto& envelope : append.envelopes)
        statements.push_back(json::object{{"envelope", json::string{view(as_text(envelope))}}});
    json::array blobs;
    for (const auto& blob : append.blobs)
        blobs.push_back(json::object{{"sha256", hex(blob.sha256)}, {"data", base64(blob.data)}});
    return {{"statements", std::move(statements)}, {"blobs", std::move(blobs)}};
}

Result<> done(Result<HttpsReply> reply) {
    if (!reply) return fail(std::move(reply).error());
    return {};
}

Result<std::vector<ports::remote::Appended>> appended_of(const HttpsReply& reply) {
    auto value = parse_json(reply);
    if (!value) return fail(std::move(value).error());
    bool good = true;
    std::vector<ports::remote::Appended> out;
    for (const auto& item : Fields{*value, good}.items("items")) {
        out.push_back(
            {.id = item.hex<32>("id"), .index = item.natural("index"), .proof = to_bytes(item.text("proof"))});
    }
    if (!good) return fail(not_understood(reply));
    return out;
}

HttpsServer::Calls::~Calls() { crypto::wipe(token_); }

void HttpsServer::Calls::use(std::string_view token) {
    crypto::wipe(token_);
    token_ = token;
}

Result<HttpsReply> HttpsServer::Calls::send(HttpsRequest request) {
    if (!token_.empty() && !request.headers.contains("Authorization"))
        request.headers["Authorization"] = "Bearer " + token_;
    const bool repeatable = !request.sink && (request.method == "GET" || request.headers.contains("Idempotency-Key"));
    auto reply = https_.send(request);
    if (!reply && repeatable && reply.error().key() == "client.connection_lost") reply = https_.send(request);
    if (auto bearer = request.headers.find("Authorization"); bearer != request.headers.end())
        crypto::wipe(bearer->second);
    return reply;
}

Result<HttpsReply> HttpsServer::Calls::get(const std::string& path, std::size_t largest) {
    HttpsRequest request;
    request.path = path;
    request.largest_reply = largest;
    auto reply = send(std::move(request));
    if (!reply) return reply;
    if (reply->status != 200) return fail(problem_of(*reply));
    return reply;
}

Result<HttpsReply> HttpsServer::Calls::write(const std::string& method, const std::string& path,
                                             const json::value& body, std::size_t largest) {
    auto text = json::serialize(body);
    HttpsRequest request;
    request.method = method;
    request.path = path;
    request.headers["Idempotency-Key"] = encoding::hex_encode(crypto::system_random().bytes<16>());
    request.body = as_bytes(text);
    request.content_type = "application/json";
    request.largest_reply = largest;
    auto reply = send(std::move(request));
    crypto::wipe(text);
    if (!reply) return reply;
    if (reply->status / 100 != 2) return fail(problem_of(*reply));
    return reply;
}

Result<HttpsReply> HttpsServer::Calls::without_body(const std::string& method, const std::string& path) {
    HttpsRequest request;
    request.method = method;
    request.path = path;
    if (method != "GET") request.headers["Idempotency-Key"] = encoding::hex_encode(crypto::system_random().bytes<16>());
    auto reply = send(std::move(request));
    if (!reply) return reply;
    if (reply->status / 100 != 2) return fail(problem_of(*reply));
    return reply;
}

}  // namespace rogatory::client
