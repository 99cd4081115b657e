#pragma once

// One origin, spoken to over HTTPS. The certificate is always verified: there is no switch to turn it off, only one to
// add a trust anchor. Nothing but https:// to the configured origin is ever requested, no redirect is followed, no
// reply is read beyond its bound.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

namespace rogatory::client {

// "https://host[:port]", host in lower case, port only if it is not 443.
class Origin {
public:
    // What a person types: with or without "https://" and a final slash. Refuses http (key client.https_only), a user,
    // path, query or fragment, and what is no host (key client.address_invalid).
    static Result<Origin> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] std::string host() const { return text_.substr(std::string_view{"https://"}.size()); }

private:
    explicit Origin(std::string text) : text_{std::move(text)} {}
    std::string text_;
};

struct HttpsOptions {
    std::optional<std::filesystem::path> trust_anchors;  // PEM, beside the system's
    std::optional<std::string> proxy;                    // else $HTTPS_PROXY, $ALL_PROXY, $NO_PROXY as curl reads them
    std::optional<std::filesystem::path> client_certificate;  // PEM
    std::optional<std::filesystem::path> client_key;          // PEM; absent: in the certificate's file
    long connect_seconds = 20;
    long stall_seconds = 60;  // without a byte in either direction
};

// Takes the body of a 200 or 206 piece by piece; an error stops the transfer and is what send() gives back.
using BodySink = std::function<Result<>(ByteView)>;

struct HttpsRequest {
    std::string method = "GET";
    std::string path;  // begins with '/', already encoded
    std::map<std::string, std::string> headers;
    ByteView body;
    std::string content_type;  // empty: no body
    std::size_t largest_reply = 256 * 1024;
    BodySink sink;  // absent: the body is kept in the reply
    // Asked when headers are in and the status is 200 or 206; an error stops before the first byte.
    std::function<Result<>(int status, const std::map<std::string, std::string>& headers)> on_headers;
};

struct HttpsReply {
    int status = 0;
    std::map<std::string, std::string> headers;  // names in lower case
    Bytes body;

    [[nodiscard]] std::string header(const std::string& name) const {
        const auto at = headers.find(name);
        return at == headers.end() ? std::string{} : at->second;
    }
};

class Https {
public:
    Https(Origin origin, HttpsOptions options);
    ~Https();
    Https(Https&&) noexcept;
    Https& operator=(Https&&) noexcept;

    // Any reply of the server is a value, whatever its status. No reply: `unavailable` (keys client.*). A transfer that
    // broke off inside a sink: key client.transfer_cut.
    Result<HttpsReply> send(const HttpsRequest& request);

    [[nodiscard]] const Origin& origin() const noexcept;

private:
    struct Handle;
    std::unique_ptr<Handle> handle_;
};

}  // namespace rogatory::client
