#include "web/server/config.hpp"

#include <fstream>
#include <map>
#include <sstream>

#include "platform/base/try.hpp"
#include "web/server/config_settings.hpp"

namespace rogatory::server {
namespace {

constexpr std::uintmax_t kMaxConfigBytes = 64 * 1024;

bool take_level(const toml::node& node, log::Level& level) {
    const auto* const value = node.as_string();
    if (value == nullptr) return false;
    const std::map<std::string, log::Level> levels{{"debug", log::Level::debug},
                                                   {"info", log::Level::info},
                                                   {"warning", log::Level::warning},
                                                   {"error", log::Level::error}};
    const auto found = levels.find(value->get());
    if (found == levels.end()) return false;
    level = found->second;
    return true;
}

// ["NAME URL", …]: where a witness of the policy is now.
bool take_urls(const toml::node& node, witness::CosignerSettings& cosigner) {
    const auto* const list = node.as_array();
    if (list == nullptr) return false;
    for (const auto& item : *list) {
        const auto* const value = item.as_string();
        const auto space = value == nullptr ? std::string::npos : value->get().find(' ');
        if (space == std::string::npos) return false;
        cosigner.urls[value->get().substr(0, space)] = value->get().substr(space + 1);
    }
    return true;
}

void describe_listening(Settings& settings, Config& config, const std::filesystem::path& folder) {
    auto& listen = config.listen;
    settings.text("listen.address", listen.address,
                  "The address to listen on; all of them with \"0.0.0.0\" or \"::\".");
    settings.number(
        "listen.port", listen.port, 0, 65535,
        "The port; 0 takes any free one. A socket of the name \"https\" that systemd hands over goes before.", "443");
    settings.number("listen.io_threads", listen.io_threads, 1, 256, "Threads that speak to connections.");
    settings.path("listen.certificate", config.tls.certificate_chain, folder,
                  "The certificate (PEM), the server's own first. SIGHUP reads it and the key again.", "server.pem",
                  Settings::Shown::required);
    settings.path("listen.private_key", config.tls.private_key, folder, "Its private key (PEM), mode 0600.",
                  "server.key", Settings::Shown::required);
    settings.path(
        "listen.client_authority", config.tls.client_authority, folder,
        "Certificates (PEM) of which every client must show one signed; nobody else gets as far as a request.",
        "client-ca.pem");
    settings.path("listen.client_hints", config.tls.client_hints, folder,
                  "Certificates (PEM) of the authorities of States that let their people in with a certificate only: "
                  "clients are asked for "
                  "one, and a browser asks its user where he has one of these. Whoever has none comes in all the same; "
                  "what a State asks "
                  "of its own people it signs itself. Not behind a proxy that ends TLS.",
                  "client-hints.pem");
    settings.flag("listen.allow_tls_1_2", config.tls.allow_tls_1_2,
                  "TLS 1.2 too, with AEAD and ECDHE only, for clients behind old gateways.");
    settings.text(
        "management.address", config.management_address,
        "Where /livez, /readyz, /metrics and the commands of `rogatoryd mode` are answered, in plain HTTP. Keep it on "
        "this machine.");
    settings.number("management.port", config.management_port, 0, 65535, "Its port; 0: none.");
    settings.path("web.folder", config.web_folder, folder,
                  "The web client as its build left it. Without it this server answers programs only.",
                  "/usr/share/rogatory/web");
}

void describe_limits(Settings& settings, Config& config) {
    constexpr std::int64_t kMany = std::int64_t{1} << 50U;
    auto& limits = config.listen.limits;
    settings.number("limits.connections", limits.connections, 1, 1'000'000, "Connections at once.");
    settings.number("limits.connections_per_address", limits.connections_per_address, 1, 1'000'000,
                    "Connections of one address. One address is often a whole authority behind one router.");
    settings.seconds("limits.handshake_seconds", limits.handshake, "How long a TLS handshake may take.");
    settings.seconds("limits.head_seconds", limits.head, "How long the head of a request may take.");
    settings.seconds("limits.idle_seconds", limits.idle, "How long a connection may stay open between requests.");
    settings.seconds("limits.progress_seconds", limits.progress, "How long a body or a reply may stand still.");
    settings.seconds("limits.stop_seconds", limits.stop,
                     "How long transfers under way may go on after SIGTERM; then they are cut, and resume elsewhere.");
    settings.number("limits.requests_per_second_and_address", config.per_address.per_second, 1, 1'000'000,
                    "Requests of one address, in the long run.");
    settings.number("limits.burst_per_address", config.per_address.burst, 1, 1'000'000, "And at once.");
    settings.number("limits.requests_per_second_and_account", config.per_caller.per_second, 1, 1'000'000,
                    "Requests of one account, in the long run.");
    settings.number("limits.burst_per_account", config.per_caller.burst, 1, 1'000'000, "And at once.");
    auto& service = config.service;
    settings.number("limits.upload_bytes", service.max_upload, 1, kMany, "One encrypted file.");
    settings.number("limits.open_uploads_per_member", service.open_uploads_per_member, 1, kMany,
                    "Unfinished uploads of one person.");
    settings.number("limits.open_bytes_per_member", service.open_bytes_per_member, 1, kMany, "Their bytes together.");
    settings.number("limits.bytes_per_authority", service.bytes_per_authority, 1, kMany,
                    "What one authority may store together.");
    settings.number("limits.bytes_per_party", service.bytes_per_party, 1, kMany,
                    "What one State or body may store together, unless `rogatory admin party quota` says otherwise.");
    settings.number("limits.reserve_bytes", service.reserve_bytes, 0, kMany,
                    "Kept free on the disk for the database and the log: uploads are refused before.");
}

void describe_connections(Settings& settings, Config& config, const std::filesystem::path& folder) {
    settings.path("witnesses.ca", config.cosigner.trust_anchors, folder,
                  "Certificates (PEM) beside the system's, for the co-signers of the log.", "cosigners-ca.pem");
    settings.path("witnesses.client_certificate", config.cosigner.client_certificate, folder,
                  "What this server shows to co-signers that ask for a certificate (PEM).", "cosigners-client.pem");
    settings.path("witnesses.client_key", config.cosigner.client_key, folder, "Its private key (PEM).",
                  "cosigners-client.key");
    settings.seconds("witnesses.refresh_seconds", config.cosigner.refresh,
                     "How often co-signers are asked when nothing is new.");
    settings.seconds("witnesses.deadline_seconds", config.cosigner.deadline, "How long one of them may take.");
    settings.other("witnesses.urls", "Where a co-signer of the policy has moved: a list of \"NAME URL\".",
                   R"(["justice https://cosigner.justice.example"])",
                   [&config](const toml::node& node) { return take_urls(node, config.cosigner); });

    settings.text("mail.url", config.mail.url,
                  "The mail server: smtps://host:465, or smtp://host:587 with STARTTLS. Without it no mails are sent.",
                  "smtp://mail.example.org:587");
    settings.text("mail.from", config.mail.from, "The address that mails come from and are returned to.",
                  "rogatory@example.org");
    settings.other("mail.user", "The name at the mail server, where it asks for one.", "\"rogatory\"",
                   [&config](const toml::node& node) {
                       const auto* const value = node.as_string();
                       if (value == nullptr || value->get().empty()) return false;
                       config.mail.user = value->get();
                       return true;
                   });
    settings.path("mail.password_file", config.mail_password_file, folder, "Its password, in a file of mode 0600.",
                  "mail-password");
    settings.path("mail.ca", config.mail.trust_anchors, folder, "Certificates (PEM) beside the system's.",
                  "mail-ca.pem");
    settings.flag("mail.plain_on_this_machine", config.mail.plain_on_this_machine,
                  "Plain text, to a mail server on this very machine alone.");
    settings.seconds("mail.every_seconds", config.mail_every, "How often due mails are looked for.");
}

void describe_webhooks(Settings& settings, Config& config, const std::filesystem::path& folder) {
    settings.seconds("webhooks.every_seconds", config.webhooks_every,
                     "At most once in how many seconds a Party is told. All are told at the turn of it, so that the "
                     "line says no more than that something was new since the last one. Below 30 the server warns.");
    settings.seconds("webhooks.deadline_seconds", config.webhooks_deadline, "How long telling one of them may take.");
    auto& to = settings.tables(
        "webhooks.to", config.webhooks,
        "A Party's own machine that is told, without any content, that something is new. One such table for each; the "
        "address is agreed with the Party, and nobody but who writes this file sets it.");
    settings.text("webhooks.to.party", to.party, "The Party's code.", "SEN");
    settings.text("webhooks.to.url", to.url,
                  "Where: https, a host, a path of letters, digits, -._~ and slashes; no name, question mark or #.",
                  "https://hooks.justice.example/rogatory");
    settings.path(
        "webhooks.to.secret_file", to.secret_file, folder,
        "The secret that signs what it is told: whsec_ and 24 to 64 random bytes in base 64, in a file of mode "
        "0600; a second line with another one while one takes the other's place. The systemd credential "
        "\"rogatory-webhook-SEN\", with the Party's code, goes before.",
        "webhook-secret-SEN");
    settings.path("webhooks.to.ca", to.trust_anchors, folder, "Certificates (PEM) beside the system's.",
                  "webhook-ca-SEN.pem");
}

void describe(Settings& settings, Config& config, const std::filesystem::path& folder) {
    settings.path("data", config.data, folder, "Folder for everything the server keeps, mode 0700.",
                  "/var/lib/rogatory", Settings::Shown::required);
    settings.path("database_key", config.database_key, folder,
                  "The database's key, mode 0600; otherwise database.key in the data folder. The systemd credential "
                  "\"rogatory-database-key\" goes before both.",
                  "/etc/rogatory/database.key");
    settings.text("name", config.name, "What clients show as this server's name.");
    settings.flag("training", config.service.training,
                  "A server for exercises, with invented Parties: the page says so on every screen.");
    settings.text("origin", config.origin,
                  "Where browsers reach the web client, when that is not the host that `init` was given.",
                  "https://rogatory.example.org");
    settings.number("workers", config.workers, 1, 1024,
                    "Threads that handle requests; four for each processor, 8 to 64, when it is not set.", "16");
    settings.number("readers", config.readers, 1, 256,
                    "Connections that read the database, at least; as many as there are threads that read.", "24");
    settings.number("database_cache_mib", config.database_cache_mib, 16, 1 << 20,
                    "Memory for decrypted pages of the database, in MiB, all connections together.");
    describe_listening(settings, config, folder);
    describe_limits(settings, config);
    describe_connections(settings, config, folder);
    describe_webhooks(settings, config, folder);
    settings.path("backup.recipients_file", config.backup_recipients_file, folder,
                  "Who opens backups: age keys (age1pq1…), one a line. Their identities stay off this machine.",
                  "backup-recipients.txt");
    settings.path("backup.log_key_recipients_file", config.backup_log_key_recipients_file, folder,
                  "Who alone opens the log's signing key in a backup; the same people when it is not set.",
                  "log-key-recipients.txt");
    settings.number("backup.kept_days", config.service.backups_kept_days, 1, 3650,
                    "For how many days backups are kept. Clients tell people until when sealed copies of what they "
                    "withdraw may lie in them; `rogatoryd backup prune --config` keeps none longer.",
                    "90");
    settings.number("sessions.idle_seconds", config.service.session_idle, 60, 24 * kHour,
                    "A session that nobody uses ends after so many seconds.");
    settings.number("sessions.absolute_seconds", config.service.session_absolute, 60, 24 * kHour,
                    "And any session after so many.");
    settings.number("sessions.step_up_seconds", config.service.step_up_life, 60, 24 * kHour,
                    "How long a second factor is good for acts of access managers.");
    settings.number("maintenance.integrity_hour", config.integrity_hour, 0, 23,
                    "In which hour (UTC) the whole database and log are read and compared, once a day.");
    settings.other("log.level", "How much is written to the log: debug, info, warning or error.", "\"info\"",
                   [&config](const toml::node& node) { return take_level(node, config.log_level); });
}

}  // namespace

Result<Config> parse_config(std::string_view text, const std::filesystem::path& folder) {
    if (text.size() > kMaxConfigBytes) {
        return fail(Error{ErrorCode::invalid_input, "config.malformed"}.with("file", "").with("line", "1"));
    }
    const auto parsed = toml::parse(text);
    if (!parsed) {
        return fail(Error{ErrorCode::invalid_input, "config.malformed"}
                        .with("file", "")
                        .with("line", std::to_string(parsed.error().source().begin.line)));
    }
    Config config;
    Settings settings;
    describe(settings, config, folder);
    ROGATORY_TRY_VOID(settings.read(parsed.table()));
    const auto missing = [](std::string name) {
        return fail(Error{ErrorCode::invalid_input, "config.missing"}.with("name", std::move(name)));
    };
    if (config.data.empty()) return missing("data");
    config.service.client_certificates = !config.tls.client_hints.empty() || !config.tls.client_authority.empty();
    if (config.tls.certificate_chain.empty()) return missing("listen.certificate");
    if (config.tls.private_key.empty()) return missing("listen.private_key");
    if (!config.mail.url.empty() && config.mail.from.empty()) return missing("mail.from");
    for (const auto& to : config.webhooks) {
        if (to.party.empty()) return missing("webhooks.to.party");
        if (to.url.empty()) return missing("webhooks.to.url");
    }
    config.service.name = config.name;
    config.service.sends_mails = !config.mail.url.empty();
    config.service.sends_webhooks = !config.webhooks.empty();
    return config;
}

std::string example_config() {
    Config config;
    Settings settings;
    describe(settings, config, {});
    return "# Every setting of rogatoryd, with the value it has when it is not set. Paths are taken from the folder of "
           "this file.\n"
           "# A name that is not known is refused. Written by `rogatoryd config example`.\n" +
           settings.example();
}

Result<Config> read_config(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) {
        return fail(Error{ErrorCode::invalid_input, "config.unreadable"}.with("file", file.filename().string()));
    }
    return parse_config(text.str(), file.parent_path());
}

}  // namespace rogatory::server
