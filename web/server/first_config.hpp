#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "platform/base/result.hpp"

namespace rogatory::server {

// "host", "host:port", "[v6]:port": how clients reach a server. invalid_input "init.host".
struct HostPort {
    std::string host;
    std::string port = "443";
};
[[nodiscard]] Result<HostPort> split_host(const std::string& text);

// What `init` writes into the configuration to start from. Paths that are not absolute are taken from its folder.
struct FirstConfig {
    std::string name;  // empty: the default
    bool training = false;
    std::string address = "127.0.0.1";
    std::string port;  // empty: that of the host
    std::string certificate = "server.pem";
    std::string private_key = "server.key";
    std::uint16_t management_port = 8444;
    std::filesystem::path web;  // empty: none
    std::string mail_url;       // empty: no mails
    std::string mail_from;
    std::string mail_user;
    std::string mail_password_file;
    bool mail_plain = false;
    std::string backup_recipients_file;
    std::string backup_log_key_recipients_file;
};

[[nodiscard]] std::string first_config(const FirstConfig& said);

// Where a build (../pages) and an installation (../share/rogatory/web) put the web client; empty: there is none.
[[nodiscard]] std::filesystem::path web_client_beside_program();

}  // namespace rogatory::server
