#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "platform/base/result.hpp"

namespace rogatory::witness {

struct ServeOptions {
    std::filesystem::path folder;
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    // Both or neither. Without them plain HTTP is spoken, on a loopback address only: behind a proxy that has its own.
    std::optional<std::filesystem::path> certificate;
    std::optional<std::filesystem::path> private_key;
    std::optional<std::filesystem::path> client_authority;  // PEM: who does not hold a certificate of it is refused
    std::optional<std::filesystem::path> mirror;            // a folder for copies of the logs
    std::optional<std::filesystem::path> trust_anchors;     // for the addresses of the logs, to mirror them
    double requests_per_second = 20;                        // of one address
};

// Serves until SIGTERM or SIGINT; SIGHUP reads certificate and key again. Call before any thread is made.
// invalid_input "witness.plain_http" without a certificate elsewhere than on loopback; what Witness::open and the
// listener fail with; unavailable "witness.not_durable" when it had to end because its state could not be kept.
[[nodiscard]] Result<> serve(const ServeOptions& options);

}  // namespace rogatory::witness
