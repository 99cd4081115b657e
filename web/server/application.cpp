#include "web/server/application.hpp"

#include <algorithm>
#include <chrono>

#include "platform/base/log.hpp"
#include "platform/base/try.hpp"
#include "storage/blobs/disk_blob_store.hpp"
#include "storage/sql_store.hpp"
#include "web/api/routes.hpp"
#include "web/page/site.hpp"
#include "web/server/integrity_checks.hpp"
#include "web/server/mode.hpp"
#include "web/server/system.hpp"
#include "web/server/whole_log.hpp"

namespace rogatory::server {

Result<std::unique_ptr<Application>> Application::start(Config config, const ports::Clock& clock,
                                                        ports::Emergency& emergency) {
    std::unique_ptr<Application> application{new Application{std::move(config)}};
    ROGATORY_TRY_VOID(application->open(clock, emergency));
    // Judged before anybody is let in: a server that then ended would have broken off what they had begun.
    ROGATORY_TRY(auto mail_server, application->mail_server());
    ROGATORY_TRY(auto receivers, application->webhook_receivers());
    ROGATORY_TRY_VOID(application->listen());
    application->ask_witnesses();
    if (mail_server) application->send_mails(*std::move(mail_server));
    if (!receivers.empty()) application->send_webhooks(std::move(receivers));
    auto* const self = application.get();
    application->last_done_.note(LastDone::Job::tidy, clock.now());
    application->tidy_ = std::jthread{[self](const std::stop_token& stopping) { self->tidy_in_background(stopping); }};
    return application;
}

Application::~Application() { stop(); }

Result<> Application::open(const ports::Clock& clock, ports::Emergency& emergency) {
    clock_ = &clock;
    const storage::Layout layout{config_.data, config_.database_key};
    // Each thread finds a reader, or opens one: a brief answer on a connection's own thread is not to wait behind long
    // ones.
    // Tidying, mails, webhooks, witnesses and the nightly check read too.
    constexpr unsigned kInTheBackground = 5;
    const auto readers = std::max(config_.readers, workers() + config_.listen.io_threads + kInTheBackground);
    const auto cache_kib = std::max<std::uint64_t>(config_.database_cache_mib * 1024 / (readers + 1), 2048);
    ROGATORY_TRY(store_, storage::SqlStore::open(layout, clock, emergency, readers, cache_kib));
    blobs_ = std::make_unique<storage::DiskBlobStore>(layout.blobs(), emergency, config_.service.reserve_bytes);
    ROGATORY_TRY(services_, service::Services::open(*store_, *blobs_, clock, config_.service,
                                                    service::Services::Opening::end_of_log_verified));
    if (services_->read_only()) log::Line{log::Level::warning, "the log is behind: reading only"};

    middleware::StageSettings stages;
    // The log's origin is "<host>/log/<n>": where nothing else is said, pages come from that host too.
    const auto log_origin = services_->log.server().log_origin;
    stages.origin = config_.origin.empty() ? "https://" + log_origin.substr(0, log_origin.find('/')) : config_.origin;
    stages.per_address = config_.per_address;
    stages.per_caller = config_.per_caller;
    mode_ = std::make_shared<middleware::ServiceMode>();
    mode_->set(read_mode(config_.data));
    if (const auto state = mode_->state(); state.mode != middleware::Mode::normal) {
        log::Line{log::Level::warning, "the mode of before the start goes on"}.add(log::Field::key,
                                                                                   middleware::mode_name(state.mode));
    }
    stages.mode = mode_;
    api::ApiSettings api;
    api.max_upload = config_.service.max_upload;
    std::optional<http::Route> site;
    if (!config_.web_folder.empty()) {
        ROGATORY_TRY(auto bundle, page::Bundle::read(config_.web_folder));
        log::Line{log::Level::info, "the web client is served"}.add(log::Field::count,
                                                                    static_cast<std::uint64_t>(bundle->size()));
        site = page::site(std::move(bundle));
    }
    pipeline_ =
        std::make_unique<middleware::Pipeline>(http::Router{api::make_routes(*services_, api), std::move(site)},
                                               middleware::make_stages(*services_, clock, std::move(stages)), metrics_);
    events_ = api.events;
    ROGATORY_TRY_VOID(open_management(api.csp_reports));
    return {};
}

Result<> Application::open_management(std::shared_ptr<const api::CspReports> csp_reports) {
    std::vector<std::string> cosigners;
    for (const auto& one : services_->cosigning.policy().witnesses()) cosigners.push_back(one.name);
    cosigners_heard_.name(std::move(cosigners), clock_->now());
    gauges_ = std::make_unique<Gauges>(
        GaugeSources{.services = *services_,
                     .store = *store_,
                     .blobs = *blobs_,
                     .clock = *clock_,
                     .data = config_.data,
                     .certificate = config_.tls.certificate_chain,
                     .reserve_bytes = config_.service.reserve_bytes,
                     .mode = mode_,
                     .done = last_done_,
                     .cosigners = cosigners_heard_,
                     .webhooks = webhook_counts_,
                     .connections = [this] { return listener_ ? listener_->connections() : 0; },
                     .live_streams = [this] { return events_->listeners(); }});
    // A disk without room for it is no reason to serve nobody.
    auto token = make_management_token(config_.data);
    if (!token) {
        log::Line{log::Level::warning, "the secret of `rogatoryd mode` was not written: no mode can be set"}.add(
            log::Field::key, token.error().key());
    }
    management_ = std::make_unique<Management>(Management::Parts{
        .services = *services_,
        .metrics = metrics_,
        .gauges = *gauges_,
        .csp_reports = std::move(csp_reports),
        .mode = mode_,
        .token = std::move(token).value_or(""),
        .keep_mode = [this](const middleware::ServiceMode::State& state) { return keep_mode(config_.data, state); }});
    return {};
}

// Handlers wait for the disk: more workers than processors, so that one fsync carries many of them.
unsigned Application::workers() const {
    return config_.workers != 0 ? config_.workers : std::clamp(std::thread::hardware_concurrency() * 4, 8U, 64U);
}

Result<> Application::listen() {
    workers_ = std::make_unique<transport::Workers>(workers());
    ROGATORY_TRY(tls_, transport::TlsContext::load(config_.tls));

    auto options = config_.listen;
    ROGATORY_TRY(options.descriptor, activated_socket("https"));
    ROGATORY_TRY(listener_, transport::Listener::open(*pipeline_, *workers_, tls_.get(), options));
    if (config_.management_port != 0) {
        management_workers_ = std::make_unique<transport::Workers>(1);
        transport::ListenOptions local;
        local.address = config_.management_address;
        local.port = config_.management_port;
        ROGATORY_TRY(local.descriptor, activated_socket("management"));
        local.limits.connections = 64;
        ROGATORY_TRY(management_listener_,
                     transport::Listener::open(*management_, *management_workers_, nullptr, local));
    }
    log::Line{log::Level::info, "listening"}.add(log::Field::port, int{listener_->port()});
    return {};
}

void Application::ask_witnesses() {
    store_->when_log_grows([events = events_] { events->stir(); });
    if (services_->cosigning.policy().quorum_none()) return;
    last_done_.note(LastDone::Job::cosigned, clock_->now());
    served_log_ = std::make_unique<ServedLog>(services_->cosigning, *clock_, last_done_, cosigners_heard_);
    cosigner_ = std::make_unique<witness::Cosigner>(*served_log_, config_.cosigner);
    store_->when_log_grows([this] {
        events_->stir();
        cosigner_->notify();
    });
}

Result<std::optional<client::Smtp>> Application::mail_server() const {
    if (config_.mail.url.empty()) return std::nullopt;
    auto options = config_.mail;
    if (!service::is_mail_address(options.from)) {
        return fail(Error{ErrorCode::invalid_input, "config.value"}.with("name", "mail.from"));
    }
    if (!config_.mail_password_file.empty()) {
        ROGATORY_TRY(options.password, read_secret_line(config_.mail_password_file));
    }
    ROGATORY_TRY(auto smtp, client::Smtp::make(std::move(options)));
    return std::optional{std::move(smtp)};
}

void Application::send_mails(client::Smtp smtp) {
    last_done_.note(LastDone::Job::mail, clock_->now());
    mail_ = std::make_unique<Mail>(*services_, std::move(smtp), config_.mail.from,
                                   std::chrono::duration_cast<std::chrono::seconds>(config_.mail_every),
                                   [this] { last_done_.note(LastDone::Job::mail, clock_->now()); });
}

Result<std::vector<WebhookReceiver>> Application::webhook_receivers() const {
    if (auto faults = webhook_faults(config_.webhooks); !faults.empty()) return fail(std::move(faults.front()));
    std::vector<WebhookReceiver> receivers;
    for (const auto& to : config_.webhooks) {
        ROGATORY_TRY(auto receiver, webhook_receiver(to));
        receivers.push_back(std::move(receiver));
    }
    if (const auto often = webhooks_too_often(config_)) {
        log::Line{log::Level::warning, "webhooks are sent so often that the line tells when something happened"}.add(
            log::Field::key, often->key());
    }
    return receivers;
}

void Application::send_webhooks(std::vector<WebhookReceiver> receivers) {
    using std::chrono::duration_cast;
    using std::chrono::seconds;
    last_done_.note(LastDone::Job::webhooks, clock_->now());
    webhooks_ = std::make_unique<Webhooks>(
        *services_, *clock_, std::move(receivers),
        Webhooks::Bounds{.every = duration_cast<seconds>(config_.webhooks_every),
                         .deadline = duration_cast<seconds>(config_.webhooks_deadline)},
        webhook_counts_, [this] { last_done_.note(LastDone::Job::webhooks, clock_->now()); });
}

void Application::reload() {
    if (const auto loaded = tls_->reload(); !loaded) {
        log::Line{log::Level::error, "the certificate was not reloaded"}
            .add(log::Field::key, loaded.error().key())
            .add(log::Field::detail, loaded.error().log_detail());
        return;
    }
    log::Line{log::Level::info, "the certificate was reloaded"};
}

void Application::stop() {
    if (listener_) listener_->stop();
    if (management_listener_) management_listener_->stop();
    if (events_) store_->when_log_grows({});
    if (cosigner_) cosigner_->stop();
    if (mail_) mail_->stop();
    if (webhooks_) webhooks_->stop();
    if (tidy_.joinable()) {
        tidy_.request_stop();
        tidy_wait_.notify_all();
        tidy_.join();
    }
}

// The runner of background tasks: one of the three places where exceptions end.
void Application::tidy_in_background(const std::stop_token& stopping) {
    constexpr std::chrono::minutes kEvery{5};
    IntegrityChecks checks{{.clock = *clock_,
                            .metrics = metrics_,
                            .last_done = last_done_,
                            .hour = config_.integrity_hour,
                            .database_faults = [this] { return store_->integrity_faults(); },
                            .verify_log =
                                [this](const std::stop_token& stop) {
                                    return verify_or_close([&] { return services_->verify_log(stop); },
                                                           [this] { services_->add_nothing(); });
                                },
                            .reads_only = [this] { return services_->read_only(); }}};
    checks.at_start(stopping);
    std::unique_lock lock{tidy_guard_};
    while (!tidy_wait_.wait_for(lock, stopping, kEvery, [&stopping] { return stopping.stop_requested(); })) {
        try {
            services_->tidy();
            last_done_.note(LastDone::Job::tidy, clock_->now());
        } catch (const std::exception& broken) {
            log::Line{log::Level::error, "tidying failed"}.add(log::Field::error, broken.what());
        }
        checks.run(stopping);
    }
}

}  // namespace rogatory::server
