#include "web/server/webhook_receivers.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include "crypto/encoding/base64.hpp"
#include "crypto/primitives/hmac.hpp"
#include "crypto/primitives/memory.hpp"
#include "platform/base/try.hpp"
#include "platform/model/party.hpp"
#include "storage/sqlite/key.hpp"
#include "web/server/system.hpp"
#include "web/transport/certificate.hpp"

namespace rogatory::server {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::size_t kLongestUrl = 500;
constexpr std::size_t kSecrets = 2;

bool is_in_path(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"-._~/"}.find(c) != std::string_view::npos;
}

Result<std::vector<WebhookSecret>> read_secrets(const WebhookTo& to) {
    const auto file = storage::credential_or(("rogatory-webhook-" + to.party).c_str(), to.secret_file);
    const auto wrong = [&](const char* key) {
        return fail(
            Error{ErrorCode::invalid_input, key}.with("party", to.party).with("file", file.filename().string()));
    };
    if (file.empty()) return wrong("webhooks.no_secret");
    ROGATORY_TRY(auto read, read_secret_lines(file, kSecrets));
    std::vector<WebhookSecret> secrets;
    for (auto& line : read.lines) {
        auto secret = WebhookSecret::parse(line);
        crypto::wipe(line);
        if (secret) secrets.push_back(*std::move(secret));
    }
    // A secret that nobody would sign with is better told than left out.
    if (read.more || secrets.size() != read.lines.size()) return wrong("webhooks.secret");
    return secrets;
}

}  // namespace

std::optional<WebhookSecret> WebhookSecret::parse(std::string_view text) {
    constexpr std::string_view kMark = "whsec_";
    constexpr std::size_t kLeast = 24;
    constexpr std::size_t kMost = 64;
    if (!text.starts_with(kMark)) return std::nullopt;
    auto bytes = encoding::base64_decode(text.substr(kMark.size()));
    if (!bytes) return std::nullopt;
    WebhookSecret secret{*std::move(bytes)};
    if (secret.bytes_.size() < kLeast || secret.bytes_.size() > kMost) return std::nullopt;
    return secret;
}

WebhookSecret::~WebhookSecret() { crypto::wipe(bytes_); }

std::optional<WebhookAddress> WebhookAddress::parse(std::string_view url) {
    if (!url.starts_with(kScheme) || url.size() > kLongestUrl) return std::nullopt;
    const auto slash = url.find('/', kScheme.size());
    std::string path{slash == std::string_view::npos ? std::string_view{"/"} : url.substr(slash)};
    if (!std::ranges::all_of(path, is_in_path) || path.find("..") != std::string::npos) return std::nullopt;
    auto host = client::PeerAddress::parse(url.substr(0, slash));
    if (!host) return std::nullopt;
    return WebhookAddress{*std::move(host), std::move(path)};
}

Result<WebhookReceiver> webhook_receiver(const WebhookTo& to) {
    // First: its code names a file below.
    if (!model::PartyCode::parse(to.party)) {
        return fail(Error{ErrorCode::invalid_input, "webhooks.party"}.with("party", to.party));
    }
    auto address = WebhookAddress::parse(to.url);
    if (!address) {
        // Not shown: what makes it wrong may be a password or a token in it.
        return fail(Error{ErrorCode::invalid_input, "webhooks.url"}.with("party", to.party));
    }
    if (to.trust_anchors && !transport::certificate_facts(*to.trust_anchors)) {
        return fail(Error{ErrorCode::invalid_input, "webhooks.ca"}
                        .with("party", to.party)
                        .with("file", to.trust_anchors->filename().string()));
    }
    ROGATORY_TRY(auto secrets, read_secrets(to));
    return WebhookReceiver{to.party, *std::move(address), to.trust_anchors, std::move(secrets)};
}

std::vector<Error> webhook_faults(const std::vector<WebhookTo>& all) {
    std::vector<Error> faults;
    std::set<std::string> seen;
    for (const auto& to : all) {
        if (!seen.insert(to.party).second) {
            faults.push_back(Error{ErrorCode::invalid_input, "webhooks.twice"}.with("party", to.party));
        }
        if (const auto one = webhook_receiver(to); !one) faults.push_back(one.error());
    }
    return faults;
}

std::optional<Error> webhooks_too_often(const Config& config) {
    constexpr std::chrono::seconds kShortest{30};
    if (config.webhooks.empty() || config.webhooks_every >= kShortest) return std::nullopt;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(config.webhooks_every).count();
    return Error{ErrorCode::invalid_input, "webhooks.often"}.with("seconds", std::to_string(seconds));
}

std::string webhook_body(std::string_view party) {
    return R"({"type":"something_new","party":")" + std::string{party} + "\"}";
}

std::string webhook_signature(const std::vector<WebhookSecret>& secrets, std::string_view id,
                              std::string_view timestamp, std::string_view body) {
    std::string header;
    for (const auto& secret : secrets) {
        const auto mac = crypto::hmac_sha256(
            secret.expose_secret(), {as_bytes(id), as_bytes("."), as_bytes(timestamp), as_bytes("."), as_bytes(body)});
        header += (header.empty() ? "v1," : " v1,") + encoding::base64_encode(mac.bytes());
    }
    return header;
}

}  // namespace rogatory::server
