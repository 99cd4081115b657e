#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include "web/client/answer.hpp"
#include "web/client/https.hpp"
#include "web/client/https_server.hpp"

namespace rogatory::client {

namespace json = boost::json;

[[nodiscard]] inline json::string_view view(std::string_view text) { return {text.data(), text.size()}; }
[[nodiscard]] json::string base64(ByteView bytes);
[[nodiscard]] json::string hex(ByteView bytes);
// One segment of a path or a value of a query, percent-encoded (RFC 3986 §2.3).
[[nodiscard]] std::string encoded(std::string_view text);

[[nodiscard]] json::object json_of(const ports::remote::Append& append);
Result<std::vector<ports::remote::Appended>> appended_of(const HttpsReply& reply);

// Of a call whose answer says nothing but that it was done.
Result<> done(Result<HttpsReply> reply);

// The session and the shape every call has: bearer token, Idempotency-Key, one more try when a connection broke before
// an answer (the key makes that safe), problem+json as an Error.
class HttpsServer::Calls {
public:
    Calls(Origin origin, HttpsOptions options) : https_{std::move(origin), std::move(options)} {}
    ~Calls();
    Calls(const Calls&) = delete;
    Calls& operator=(const Calls&) = delete;

    Result<HttpsReply> get(const std::string& path, std::size_t largest = kLargestJson);
    Result<HttpsReply> write(const std::string& method, const std::string& path, const json::value& body,
                             std::size_t largest = kLargestJson);
    Result<HttpsReply> without_body(const std::string& method, const std::string& path);
    // As it is, with the session's token unless the request brings its own; no success is required.
    Result<HttpsReply> send(HttpsRequest request);

    // A GET whose answer is one JSON object, read by `read(Fields)` into a T; T is used only if the shape was right.
    template <class T, class Read>
    Result<T> read(const std::string& path, Read&& reader) {
        auto reply = get(path);
        if (!reply) return fail(std::move(reply).error());
        return decode<T>(*reply, std::forward<Read>(reader));
    }

    template <class T, class Read>
    static Result<T> decode(const HttpsReply& reply, Read&& reader) {
        auto value = parse_json(reply);
        if (!value) return fail(std::move(value).error());
        bool good = true;
        T out = std::forward<Read>(reader)(Fields{*value, good});
        if (!good) return fail(not_understood(reply));
        return out;
    }

    [[nodiscard]] const std::string& token() const noexcept { return token_; }
    void use(std::string_view token);
    [[nodiscard]] const Origin& origin() const noexcept { return https_.origin(); }

    static constexpr std::size_t kLargestJson = 16 * 1024 * 1024;  // a page of statements of 256 KiB each, base64
    bool patch_is_blocked = false;                                 // a proxy answered PATCH itself: POST instead
    bool creation_is_bare = false;  // this server, or a proxy before it, takes no bytes with a creation

private:
    Https https_;
    std::string token_;
};

}  // namespace rogatory::client
