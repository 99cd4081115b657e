#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/result.hpp"

namespace rogatory::client {

struct SyslogOptions {
    std::string host;  // a name or an address; what its certificate must be for
    std::uint16_t port = 6514;
    std::optional<std::filesystem::path> trust_anchors;  // PEM, instead of the system's
    std::optional<std::filesystem::path> client_certificate;
    std::optional<std::filesystem::path> client_key;
    long connect_seconds = 20;
    long stall_seconds = 60;
};

// "host:port", "[v6]:port" or "host". invalid_input "audit.syslog_address".
[[nodiscard]] Result<SyslogOptions> parse_syslog_address(std::string_view text);

// Messages to a collector over TLS with octet counting (RFC 5425). The certificate is always verified.
class Syslog {
public:
    // unavailable "audit.syslog_failed" {host}.
    [[nodiscard]] static Result<Syslog> connect(const SyslogOptions& options);
    ~Syslog();
    Syslog(Syslog&&) noexcept;
    Syslog& operator=(Syslog&&) noexcept;

    // One frame after the other; returns when the other machine has acknowledged every byte. RFC 5425 has no word of
    // its own for that: what a collector loses after it took it, nobody here learns.
    [[nodiscard]] Result<> send(std::string_view frames);
    // "MSG-LEN SP SYSLOG-MSG".
    [[nodiscard]] static std::string frame(std::string_view message);

private:
    struct Connection;
    explicit Syslog(std::unique_ptr<Connection> connection);
    std::unique_ptr<Connection> connection_;
};

}  // namespace rogatory::client
