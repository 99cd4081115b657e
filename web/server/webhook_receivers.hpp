#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "web/client/peer.hpp"
#include "web/server/config.hpp"

// What the configuration says of machines that are told, looked at; and what one of them is told.
namespace rogatory::server {

// A key of HMAC-SHA-256, wiped when it goes.
class WebhookSecret {
public:
    // "whsec_" and 24 to 64 bytes in base 64, as Standard Webhooks has them.
    [[nodiscard]] static std::optional<WebhookSecret> parse(std::string_view text);
    ~WebhookSecret();
    WebhookSecret(WebhookSecret&&) noexcept = default;
    WebhookSecret& operator=(WebhookSecret&&) = delete;
    WebhookSecret(const WebhookSecret&) = delete;
    WebhookSecret& operator=(const WebhookSecret&) = delete;
    [[nodiscard]] ByteView expose_secret() const { return bytes_; }

private:
    explicit WebhookSecret(Bytes bytes) : bytes_{std::move(bytes)} {}
    Bytes bytes_;
};

// The address that a webhook goes to: "https://HOST[:PORT][/PATH]", literally.
struct WebhookAddress {
    client::PeerAddress host;
    std::string path;
    [[nodiscard]] static std::optional<WebhookAddress> parse(std::string_view url);
};

struct WebhookReceiver {
    std::string party;
    WebhookAddress address;
    std::optional<std::filesystem::path> trust_anchors;
    std::vector<WebhookSecret> secrets;  // two while one takes the other's place
};

// invalid_input "webhooks.party", "webhooks.url" {party}, "webhooks.ca", "webhooks.secret" {party, file},
// "secret_file.unreadable", "secret_file.mode" {file}.
[[nodiscard]] Result<WebhookReceiver> webhook_receiver(const WebhookTo& to);
// All that is wrong with them: of each, and "webhooks.twice" {party}.
[[nodiscard]] std::vector<Error> webhook_faults(const std::vector<WebhookTo>& all);

// "webhooks.often" {seconds}: an interval so short that the line tells nearly when something happened. It stops
// nothing.
[[nodiscard]] std::optional<Error> webhooks_too_often(const Config& config);

// The same for every occasion.
[[nodiscard]] std::string webhook_body(std::string_view party);
// The header webhook-signature: of each secret "v1," and HMAC-SHA-256 over "ID.TIMESTAMP.BODY" in base 64.
[[nodiscard]] std::string webhook_signature(const std::vector<WebhookSecret>& secrets, std::string_view id,
                                            std::string_view timestamp, std::string_view body);

}  // namespace rogatory::server
