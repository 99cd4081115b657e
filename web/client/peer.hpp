#pragma once

// Another machine's program (a co-signer of the log, or the log to a co-signer), as opposed to a person's server: under
// a path of its host, with a deadline for the whole of each request, and to be broken off from outside.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/result.hpp"
#include "web/client/https.hpp"

namespace rogatory::client {

// "https://host[:port][/prefix]"; or plain HTTP at this machine's own address ("http://127.0.0.1:PORT/prefix",
// "http://[::1]:PORT/prefix"), for a program beside us or the end of a tunnel. Plain HTTP elsewhere is refused.
class PeerAddress {
public:
    // invalid_input "client.address_invalid" {address} or "client.https_only".
    [[nodiscard]] static Result<PeerAddress> parse(std::string_view text);

    [[nodiscard]] const std::string& origin() const noexcept { return origin_; }
    [[nodiscard]] bool loopback() const noexcept { return origin_.starts_with("http://"); }
    // "/prefix/" + what.
    [[nodiscard]] std::string path(std::string_view what) const { return prefix_ + "/" + std::string{what}; }

private:
    PeerAddress(std::string origin, std::string prefix) : origin_{std::move(origin)}, prefix_{std::move(prefix)} {}
    std::string origin_;
    std::string prefix_;  // "" or "/…" without a slash at its end
};

struct PeerOptions {
    std::optional<std::filesystem::path> trust_anchors;       // PEM, beside the system's
    std::optional<std::filesystem::path> client_certificate;  // PEM
    std::optional<std::filesystem::path> client_key;
    long deadline_seconds = 10;
    // Straight to the address, whatever proxy the environment names, and each request on a connection of its own.
    bool direct = false;
    // Asked every now and then while a request is under way; true ends it. From the thread that sends.
    std::function<bool()> cancelled;
};

// One thread at a time.
class Peer {
public:
    Peer(PeerAddress address, PeerOptions options);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    // As Https::send; `unavailable` when the deadline passed or it was cancelled.
    [[nodiscard]] Result<HttpsReply> send(const HttpsRequest& request);

private:
    struct Handle;
    std::unique_ptr<Handle> handle_;
};

}  // namespace rogatory::client
