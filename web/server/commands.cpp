#include "web/server/commands.hpp"

#include <csignal>
#include <cstdio>
#include <ctime>
#include <fstream>

#include "crypto/tlog/policy_for_log.hpp"
#include "platform/base/log.hpp"
#include "platform/base/try.hpp"
#include "platform/record/founding_sheet.hpp"
#include "platform/record/log_policy.hpp"
#include "platform/service/initialise.hpp"
#include "storage/sql_store.hpp"
#include "web/client/peer.hpp"
#include "web/page/bundle.hpp"
#include "web/server/application.hpp"
#include "web/server/config.hpp"
#include "web/server/system.hpp"
#include "web/server/words.hpp"
#include "web/transport/self_signed.hpp"

namespace rogatory::server {
namespace {

Result<std::string> first_sheet(const std::string& host, const std::string& policy) {
    record::FoundingSheet sheet;
    sheet.date = today();
    sheet.server = "https://" + host;
    sheet.log_policy = policy;
    return sheet.encode();
}

Result<> hand_over(const std::optional<std::filesystem::path>& out, std::string_view label, const std::string& text) {
    if (out) return write_new_file(*out, text + "\n");
    std::printf("%.*s\n%s\n", static_cast<int>(label.size()), label.data(), text.c_str());
    return {};
}

}  // namespace

std::string today() {
    const auto now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 16> text{};
    const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
    return {text.data(), size};
}

Result<std::string> read_policy(const std::filesystem::path& file, const std::string& origin) {
    std::ifstream in{file, std::ios::binary};
    std::string text(record::kMaxLogPolicyBytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad() || (in.fail() && !in.eof())) {
        return fail(Error{ErrorCode::invalid_input, "file.unreadable"}.with("file", file.filename().string()));
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > record::kMaxLogPolicyBytes - 1024) {
        return fail(Error{ErrorCode::invalid_input, "file.too_large"}.with("file", file.filename().string()));
    }
    ROGATORY_TRY(const auto policy, tlog::Policy::parse(text));
    for (const auto& witness : policy.witnesses()) {
        if (!witness.url.empty()) ROGATORY_TRY_VOID(client::PeerAddress::parse(witness.url));
    }
    if (policy.witnesses().empty()) return fail(ErrorCode::invalid_input, "log.policy_not_ours");
    // The log's own key is made later: any key under its name tells whether the rest is in order.
    ROGATORY_TRY(const auto stand_in,
                 tlog::NoteKey::make(origin, tlog::SignatureType::ed25519, policy.witnesses().front().key.key()));
    ROGATORY_TRY(const auto whole, tlog::policy_for_log(policy, stand_in));
    ROGATORY_TRY_VOID(whole.require_protocol_form());
    if (const auto quorum = whole.threshold()) {
        const auto k = std::to_string(quorum->k);
        const auto n = std::to_string(quorum->n);
        const auto together = std::to_string(2 * quorum->k - quorum->n);
        const auto language = language_of_environment();
        const auto text_of = said("said.cosigners", language, {{"k", k}, {"n", n}, {"together", together}});
        std::fprintf(stderr, "%s\n", said("usage.said", language, {{"what", text_of}}).c_str());
    }
    return text;
}

Result<> init(const InitOptions& options) {
    ROGATORY_TRY(const auto address, split_host(options.host));
    std::string witnesses;
    if (options.policy) {
        ROGATORY_TRY(witnesses, read_policy(*options.policy, options.host + "/log/0"));
    }
    auto settings = options.settings;
    if (settings.port.empty()) settings.port = address.port;
    settings.training = options.training;
    settings.web = options.web ? std::filesystem::absolute(*options.web) : web_client_beside_program();
    if (!settings.web.empty()) ROGATORY_TRY_VOID(page::Bundle::read(settings.web));
    SystemClock clock;
    EndProcess emergency;
    const storage::Layout layout{options.data, {}};
    ROGATORY_TRY_VOID(storage::create_storage(layout, clock, emergency));
    ROGATORY_TRY(const auto store, storage::SqlStore::open(layout, clock, emergency));
    ROGATORY_TRY(const auto made, service::initialise(*store, clock, options.host, witnesses));
    ROGATORY_TRY(const auto sheet, first_sheet(options.host, made.log_policy));
    if (options.self_signed) {
        ROGATORY_TRY_VOID(
            transport::write_self_signed(address.host, options.data / "server.pem", options.data / "server.key"));
    }
    ROGATORY_TRY_VOID(write_new_file(options.data / kConfigName, first_config(settings)));
    if (options.sheet_out) {
        ROGATORY_TRY_VOID(write_new_file(*options.sheet_out, sheet));
    } else {
        std::printf("%s\n%s\n", said("said.founding_sheet", language_of_environment()).c_str(), sheet.c_str());
    }
    return hand_over(options.admin_code_out, said("said.code", language_of_environment()), made.administrator_code);
}

Result<> serve(const std::filesystem::path& file) {
    ROGATORY_TRY(auto config, read_config(file));
    log::set_level(config.log_level);
    hold_signals();
    SystemClock clock;
    EndProcess emergency;
    const log::Gathering gathering;
    ROGATORY_TRY(const auto application, Application::start(std::move(config), clock, emergency));
    notify_systemd("READY=1");
    while (true) {
        constexpr unsigned kWatchdogSeconds = 10;
        const int signal = wait_for_signal(kWatchdogSeconds);
        if (signal == SIGTERM || signal == SIGINT) {
            log::Line{log::Level::info, "stopping"}.add(log::Field::signal, signal);
            notify_systemd("STOPPING=1");
            application->stop();
            log::Line{log::Level::info, "stopped"}.add(log::Field::signal, signal);
            return {};
        }
        if (signal == SIGHUP) application->reload();
        notify_systemd("WATCHDOG=1");
    }
}

Result<bool> check(const CheckOptions& options) {
    const auto language = language_of_environment();
    const bool french = language == "fr";
    bool good = true;
    const auto report = find_faults(options);
    for (const auto& [weight, error] : report.findings) {
        const bool wrong = weight == Finding::Weight::error;
        good = good && !wrong;
        const auto* const label = wrong ? (french ? "erreur" : "error") : (french ? "avertissement" : "warning");
        const auto explained = explain(error, language);
        std::fprintf(stderr, "%s %s\n", label, error.key().c_str());
        if (!explained.what.empty()) {
            std::fprintf(stderr, "  %s\n  → %s\n", explained.what.c_str(), explained.fix.c_str());
        }
        if (!error.log_detail().empty()) std::fprintf(stderr, "  (%s)\n", error.log_detail().c_str());
    }
    if (good) {
        // No more than was read.
        const auto* const said =
            report.log ? (french ? "configuration, certificat, base et journal sont en ordre"
                                 : "configuration, certificate, database and log are in order")
            : report.database
                ? (french ? "configuration, certificat et base sont en ordre\u00a0; le journal n’a pas été lu"
                          : "configuration, certificate and database are in order; the log was not read")
                : (french ? "configuration et certificat sont en ordre\u00a0; ni la base ni le journal n’ont "
                            "été lus en entier"
                          : "configuration and certificate are in order; neither database nor log was read "
                            "whole");
        std::printf("%s%s\n", french ? "rogatoryd\u00a0: " : "rogatoryd: ", said);
    }
    return good;
}

}  // namespace rogatory::server
