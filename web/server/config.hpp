#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/log.hpp"
#include "platform/base/result.hpp"
#include "platform/service/settings.hpp"
#include "web/client/smtp.hpp"
#include "web/middleware/rate_limit.hpp"
#include "web/transport/listener.hpp"
#include "web/transport/tls_context.hpp"
#include "web/witness/cosigner.hpp"

namespace rogatory::server {

// A Party's machine that is told that something is new: where, and by which secret it knows that we told it.
struct WebhookTo {
    std::string party;  // its code
    std::string url;
    std::optional<std::filesystem::path> trust_anchors;  // PEM, beside the system's
    std::filesystem::path secret_file;                   // or the systemd credential
};

// What an operator may set, in TOML. Every setting has a default but `data`, `certificate` and `private_key`; a name
// that is not known is refused, so that a slip of the pen never leaves a limit at its default unseen.
struct Config {
    std::filesystem::path data;
    std::filesystem::path database_key;  // empty: <data>/database.key, or the systemd credential
    std::string name = "Rogatory";
    std::string origin;  // "https://<host>[:<port>]" of the web client, for the csrf stage

    transport::ListenOptions listen;
    transport::TlsSettings tls;
    std::string management_address = "127.0.0.1";
    std::uint16_t management_port = 8444;    // 0: none
    std::filesystem::path web_folder;        // the web client as its build left it; empty: the API alone
    unsigned workers = 0;                    // 0: by the number of processors
    unsigned readers = 0;                    // of the database, at least; as many as there are threads that read
    std::uint64_t database_cache_mib = 256;  // of decrypted pages, all readers together

    // One address is often a whole authority behind one router, and a client that catches up asks much at once.
    middleware::Rate per_address{.per_second = 300, .burst = 2000};
    middleware::Rate per_caller{.per_second = 100, .burst = 1000};
    service::Settings service;
    witness::CosignerSettings cosigner;

    // Mails that something is new; none are sent without `mail.url`.
    client::SmtpOptions mail;
    std::filesystem::path mail_password_file;
    std::chrono::milliseconds mail_every{30'000};

    // Machines of Parties, told that something is new. Set here alone: no request of anybody's names an address.
    std::vector<WebhookTo> webhooks;
    std::chrono::milliseconds webhooks_every{60'000};
    std::chrono::milliseconds webhooks_deadline{10'000};

    std::filesystem::path backup_recipients_file;          // who opens backups: age keys, one a line
    std::filesystem::path backup_log_key_recipients_file;  // who opens the log's key in them; empty: the same
    std::uint32_t backups_kept_days = 0;                   // as the Parties are told; 0: without a limit
    int integrity_hour = 2;  // UTC: when the whole database and log are read and compared, once a day
    log::Level log_level = log::Level::info;
};

// Relative paths are taken from `folder`, where the file lies. invalid_input "config.malformed" {line},
// "config.unknown" {name, near}, "config.value" {name}, "config.missing" {name}.
[[nodiscard]] Result<Config> parse_config(std::string_view text, const std::filesystem::path& folder);
[[nodiscard]] Result<Config> read_config(const std::filesystem::path& file);

// A file that names every setting, explains it and shows its default: deploy/rogatoryd.example.toml.
[[nodiscard]] std::string example_config();

}  // namespace rogatory::server
