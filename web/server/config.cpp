#include "web/server/config.hpp"

#include <fstream>
#include <functional>
#include <map>
#include <sstream>
// Errors as values; Debian's compiled library has the throwing variant only, so this one is compiled here.
#define TOML_EXCEPTIONS 0
#undef TOML_HEADER_ONLY
#define TOML_HEADER_ONLY 1
#undef TOML_SHARED_LIB
#include <toml++/toml.h>

#include "platform/base/try.hpp"

namespace rogatory::server {
namespace {

constexpr std::uintmax_t kMaxConfigBytes = 64 * 1024;

// The settings by their dotted names, each with what takes it. A list as data: what it does not name is refused.
class Settings {
public:
    using Take = std::function<bool(const toml::node&)>;

    void text(std::string name, std::string& into) {
        takes_[std::move(name)] = [&into](const toml::node& node) {
            const auto* const value = node.as_string();
            if (value == nullptr || value->get().empty()) return false;
            into = value->get();
            return true;
        };
    }
    void path(std::string name, std::filesystem::path& into, const std::filesystem::path& folder) {
        takes_[std::move(name)] = [&into, folder](const toml::node& node) {
            const auto* const value = node.as_string();
            if (value == nullptr || value->get().empty()) return false;
            into = folder / value->get();
            return true;
        };
    }
    void path(std::string name, std::optional<std::filesystem::path>& into, const std::filesystem::path& folder) {
        takes_[std::move(name)] = [&into, folder](const toml::node& node) {
            const auto* const value = node.as_string();
            if (value == nullptr || value->get().empty()) return false;
            into = folder / value->get();
            return true;
        };
    }
    template <class Number>
    void number(std::string name, Number& into, std::int64_t min, std::int64_t max) {
        takes_[std::move(name)] = [&into, min, max](const toml::node& node) {
            const auto* const value = node.as_integer();
            if (value == nullptr || value->get() < min || value->get() > max) return false;
            into = static_cast<Number>(value->get());
            return true;
        };
    }
    void flag(std::string name, bool& into) {
        takes_[std::move(name)] = [&into](const toml::node& node) {
            const auto* const value = node.as_boolean();
            if (value == nullptr) return false;
            into = value->get();
            return true;
        };
    }
    void seconds(std::string name, std::chrono::milliseconds& into) {
        takes_[std::move(name)] = [&into](const toml::node& node) {
            const auto* const value = node.as_integer();
            if (value == nullptr || value->get() < 1 || value->get() > 3600) return false;
            into = std::chrono::seconds{value->get()};
            return true;
        };
    }
    void other(std::string name, Take take) { takes_[std::move(name)] = std::move(take); }

    Result<> read(const toml::table& table, const std::string& prefix = {}) {
        for (const auto& [key, node] : table) {
            const auto name = prefix + std::string{key.str()};
            if (const auto* const inner = node.as_table()) {
                ROGATORY_TRY_VOID(read(*inner, name + "."));
                continue;
            }
            const auto take = takes_.find(name);
            if (take == takes_.end()) {
                return fail(Error{ErrorCode::invalid_input, "config.unknown"}.with("name", name));
            }
            if (!take->second(node)) {
                return fail(Error{ErrorCode::invalid_input, "config.value"}.with("name", name));
            }
        }
        return {};
    }

private:
    std::map<std::string, Take> takes_;
};

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

void describe(Settings& settings, Config& config, const std::filesystem::path& folder) {
    constexpr std::int64_t kMany = std::int64_t{1} << 50U;
    settings.path("data", config.data, folder);
    settings.path("database_key", config.database_key, folder);
    settings.text("name", config.name);
    settings.text("origin", config.origin);
    settings.path("web.folder", config.web_folder, folder);
    settings.number("workers", config.workers, 1, 1024);
    settings.number("readers", config.readers, 1, 256);
    settings.number("database_cache_mib", config.database_cache_mib, 16, 1 << 20);

    auto& listen = config.listen;
    settings.text("listen.address", listen.address);
    settings.number("listen.port", listen.port, 0, 65535);
    settings.number("listen.io_threads", listen.io_threads, 1, 256);
    settings.path("listen.certificate", config.tls.certificate_chain, folder);
    settings.path("listen.private_key", config.tls.private_key, folder);
    settings.flag("listen.allow_tls_1_2", config.tls.allow_tls_1_2);
    settings.text("management.address", config.management_address);
    settings.number("management.port", config.management_port, 0, 65535);

    settings.number("limits.connections", listen.limits.connections, 1, 1'000'000);
    settings.number("limits.connections_per_address", listen.limits.connections_per_address, 1, 1'000'000);
    settings.seconds("limits.handshake_seconds", listen.limits.handshake);
    settings.seconds("limits.head_seconds", listen.limits.head);
    settings.seconds("limits.idle_seconds", listen.limits.idle);
    settings.seconds("limits.progress_seconds", listen.limits.progress);
    settings.seconds("limits.stop_seconds", listen.limits.stop);
    settings.number("limits.requests_per_second_and_address", config.per_address.per_second, 1, 1'000'000);
    settings.number("limits.burst_per_address", config.per_address.burst, 1, 1'000'000);
    settings.number("limits.requests_per_second_and_account", config.per_caller.per_second, 1, 1'000'000);
    settings.number("limits.burst_per_account", config.per_caller.burst, 1, 1'000'000);
    settings.number("limits.upload_bytes", config.service.max_upload, 1, kMany);
    settings.number("limits.open_uploads_per_member", config.service.open_uploads_per_member, 1, kMany);
    settings.number("limits.open_bytes_per_member", config.service.open_bytes_per_member, 1, kMany);
    settings.number("limits.bytes_per_authority", config.service.bytes_per_authority, 1, kMany);
    settings.number("limits.bytes_per_party", config.service.bytes_per_party, 1, kMany);
    settings.number("limits.reserve_bytes", config.service.reserve_bytes, 0, kMany);

    settings.path("witnesses.ca", config.cosigner.trust_anchors, folder);
    settings.path("witnesses.client_certificate", config.cosigner.client_certificate, folder);
    settings.path("witnesses.client_key", config.cosigner.client_key, folder);
    settings.seconds("witnesses.refresh_seconds", config.cosigner.refresh);
    settings.seconds("witnesses.deadline_seconds", config.cosigner.deadline);
    settings.other("witnesses.urls", [&config](const toml::node& node) { return take_urls(node, config.cosigner); });

    settings.text("mail.url", config.mail.url);
    settings.text("mail.from", config.mail.from);
    settings.other("mail.user", [&config](const toml::node& node) {
        const auto* const value = node.as_string();
        if (value == nullptr || value->get().empty()) return false;
        config.mail.user = value->get();
        return true;
    });
    settings.path("mail.password_file", config.mail_password_file, folder);
    settings.path("mail.ca", config.mail.trust_anchors, folder);
    settings.flag("mail.plain_on_this_machine", config.mail.plain_on_this_machine);
    settings.seconds("mail.every_seconds", config.mail_every);

    settings.number("sessions.idle_seconds", config.service.session_idle, 60, 24 * kHour);
    settings.number("sessions.absolute_seconds", config.service.session_absolute, 60, 24 * kHour);
    settings.number("sessions.step_up_seconds", config.service.step_up_life, 60, 24 * kHour);
    settings.number("maintenance.integrity_hour", config.integrity_hour, 0, 23);
    settings.other("log.level", [&config](const toml::node& node) { return take_level(node, config.log_level); });
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
    if (config.tls.certificate_chain.empty()) return missing("listen.certificate");
    if (config.tls.private_key.empty()) return missing("listen.private_key");
    if (!config.mail.url.empty() && config.mail.from.empty()) return missing("mail.from");
    config.service.name = config.name;
    return config;
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
