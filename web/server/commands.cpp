#include "web/server/commands.hpp"

#include <csignal>
#include <cstdio>
#include <ctime>

#include "crypto/tlog/policy.hpp"
#include "platform/base/log.hpp"
#include "platform/base/try.hpp"
#include "platform/record/founding_sheet.hpp"
#include "platform/service/initialise.hpp"
#include "storage/sql_store.hpp"
#include "web/server/application.hpp"
#include "web/server/config.hpp"
#include "web/server/system.hpp"
#include "web/transport/self_signed.hpp"

namespace rogatory::server {
namespace {

constexpr std::string_view kConfigName = "rogatoryd.toml";

struct HostPort {
    std::string host;
    std::string port = "443";
};

// "host", "host:port", "[v6]:port".
Result<HostPort> split_host(const std::string& text) {
    HostPort out;
    const auto bracket = text.rfind(']');
    const auto colon = text.find(':', bracket == std::string::npos ? 0 : bracket);
    out.host = text.substr(0, colon);
    if (colon != std::string::npos) out.port = text.substr(colon + 1);
    if (out.host.starts_with('[') && out.host.ends_with(']')) out.host = out.host.substr(1, out.host.size() - 2);
    const auto wrong_host = [](char c) {
        return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':');
    };
    const bool digits = !out.port.empty() && out.port.size() <= 5 &&
                        out.port.find_first_not_of("0123456789") == std::string::npos && std::stoul(out.port) <= 65535;
    if (out.host.empty() || out.host.size() > 253 || std::ranges::any_of(out.host, wrong_host) || !digits) {
        return fail(ErrorCode::invalid_input, "init.host");
    }
    return out;
}

std::string today() {
    const auto now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 16> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
    return {text.data(), size};
}

Result<std::string> first_sheet(const std::string& host, const std::string& log_key) {
    ROGATORY_TRY(const auto key, tlog::NoteKey::parse(log_key));
    record::FoundingSheet sheet;
    sheet.date = today();
    sheet.server = "https://" + host;
    sheet.log_policy = tlog::Policy::unwitnessed(key).format();
    return sheet.encode();
}

std::string first_config(const std::string& port) {
    std::string text =
        "# rogatoryd. Paths are taken from the folder of this file. A name that is not known is refused.\n";
    text += "data = \".\"\n\n";
    text += "[listen]\naddress = \"127.0.0.1\"\nport = " + port + "\n";
    text += "certificate = \"server.pem\"\nprivate_key = \"server.key\"\n\n";
    text += "[management]\naddress = \"127.0.0.1\"\nport = 8444\n";
    return text;
}

Result<> hand_over(const std::optional<std::filesystem::path>& out, std::string_view label, const std::string& text) {
    if (out) return write_new_file(*out, text + "\n");
    std::printf("%.*s\n%s\n", static_cast<int>(label.size()), label.data(), text.c_str());
    return {};
}

}  // namespace

Result<> init(const InitOptions& options) {
    ROGATORY_TRY(const auto address, split_host(options.host));
    SystemClock clock;
    EndProcess emergency;
    const storage::Layout layout{options.data, {}};
    ROGATORY_TRY_VOID(storage::create_storage(layout, clock, emergency));
    ROGATORY_TRY(const auto store, storage::SqlStore::open(layout, clock, emergency));
    ROGATORY_TRY(const auto made, service::initialise(*store, clock, options.host));
    ROGATORY_TRY(const auto sheet, first_sheet(options.host, made.log_key));
    if (options.self_signed) {
        ROGATORY_TRY_VOID(
            transport::write_self_signed(address.host, options.data / "server.pem", options.data / "server.key"));
    }
    ROGATORY_TRY_VOID(write_new_file(options.data / kConfigName, first_config(address.port)));
    if (options.sheet_out) {
        ROGATORY_TRY_VOID(write_new_file(*options.sheet_out, sheet));
    } else {
        std::printf("Founding sheet:\n%s\n", sheet.c_str());
    }
    return hand_over(options.admin_code_out, "Code of the first administrator, shown once:", made.administrator_code);
}

Result<> serve(const std::filesystem::path& file) {
    ROGATORY_TRY(auto config, read_config(file));
    log::set_level(config.log_level);
    hold_signals();
    SystemClock clock;
    EndProcess emergency;
    ROGATORY_TRY(const auto application, Application::start(std::move(config), clock, emergency));
    notify_systemd("READY=1");
    while (true) {
        constexpr unsigned kWatchdogSeconds = 10;
        const int signal = wait_for_signal(kWatchdogSeconds);
        if (signal == SIGTERM || signal == SIGINT) {
            log::Line{log::Level::info, "stopping"}.add(log::Field::signal, signal);
            notify_systemd("STOPPING=1");
            application->stop();
            log::Line{log::Level::info, "stopped"};
            return {};
        }
        if (signal == SIGHUP) application->reload();
        notify_systemd("WATCHDOG=1");
    }
}

Result<> check(const std::filesystem::path& file) {
    ROGATORY_TRY(const auto config, read_config(file));
    ROGATORY_TRY(const auto tls, transport::TlsContext::load(config.tls));
    SystemClock clock;
    EndProcess emergency;
    const storage::Layout layout{config.data, config.database_key};
    ROGATORY_TRY(const auto store, storage::SqlStore::open(layout, clock, emergency));
    if (const auto faults = store->integrity_faults(); !faults.empty()) {
        return fail(ErrorCode::integrity, "storage.damaged", faults);
    }
    ROGATORY_TRY_VOID(store->verify_log());
    std::puts("rogatoryd: configuration, certificate, database and log are in order");
    return {};
}

}  // namespace rogatory::server
