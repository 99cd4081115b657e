#include "web/server/application.hpp"

#include <algorithm>
#include <chrono>

#include "platform/base/log.hpp"
#include "platform/base/try.hpp"
#include "storage/blobs/disk_blob_store.hpp"
#include "storage/sql_store.hpp"
#include "web/api/routes.hpp"
#include "web/page/site.hpp"
#include "web/server/mode.hpp"
#include "web/server/system.hpp"
#include "web/server/whole_log.hpp"

namespace rogatory::server {

Result<std::unique_ptr<Application>> Application::start(Config config, const ports::Clock& clock,
                                                        ports::Emergency& emergency) {
    std::unique_ptr<Application> application{new Application{std::move(config)}};
    ROGATORY_TRY_VOID(application->open(clock, emergency));
    ROGATORY_TRY_VOID(application->listen());
    application->ask_witnesses();
    ROGATORY_TRY_VOID(application->send_mails());
    auto* const self = application.get();
    application->last_done_.note(LastDone::Job::tidy, clock.now());
    application->tidy_ = std::jthread{[self](const std::stop_token& stopping) { self->tidy_in_background(stopping); }};
    return application;
}

Application::~Application() { stop(); }

Result<> Application::open(const ports::Clock& clock, ports::Emergency& emergency) {
    clock_ = &clock;
    const storage::Layout layout{config_.data, config_.database_key};
    // Each thread finds a reader: a brief answer on a connection's own thread is never to wait behind long ones.
    // Tidying, mails, witnesses and the nightly check read too.
    constexpr unsigned kInTheBackground = 4;
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

Result<> Application::send_mails() {
    if (config_.mail.url.empty()) return {};
    auto options = config_.mail;
    if (!service::is_mail_address(options.from)) {
        return fail(Error{ErrorCode::invalid_input, "config.value"}.with("name", "mail.from"));
    }
    if (!config_.mail_password_file.empty()) {
        ROGATORY_TRY(options.password, read_secret_line(config_.mail_password_file));
    }
    auto from = options.from;
    last_done_.note(LastDone::Job::mail, clock_->now());
    ROGATORY_TRY(auto smtp, client::Smtp::make(std::move(options)));
    mail_ = std::make_unique<Mail>(*services_, std::move(smtp), std::move(from),
                                   std::chrono::duration_cast<std::chrono::seconds>(config_.mail_every),
                                   [this] { last_done_.note(LastDone::Job::mail, clock_->now()); });
    return {};
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
    if (tidy_.joinable()) {
        tidy_.request_stop();
        tidy_wait_.notify_all();
        tidy_.join();
    }
}

// Once a night: every page of the database, and the whole tree against what was signed. A reader does it while others
// write. What it finds is for a person: the log has it, and monitors by rogatory_integrity_faults.
void Application::check_integrity(const std::stop_token& stopping) {
    const auto now = clock_->now();
    const bool hour = now / kHour % 24 == config_.integrity_hour;
    if (!hour || (checked_at_ && now - *checked_at_ < 2 * kHour)) return;
    checked_at_ = now;
    const auto faults = store_->integrity_faults();
    const auto tree = verify_log(stopping);
    if (stopping.stop_requested()) return;
    metrics_.integrity(faults.empty() && tree ? 0 : 1);
    last_done_.note(LastDone::Job::integrity, clock_->now());
    if (faults.empty() && tree) {
        log::Line{log::Level::info, "the nightly check found nothing wrong"}.add(log::Field::count, 0);
        return;
    }
    log::Line line{log::Level::error, "the nightly check found damage"};
    if (!faults.empty()) line.add(log::Field::detail, "database");
    if (!tree) line.add(log::Field::key, tree.error().key());
}

// What lies before the end of the log, which was verified at opening: seconds for a million statements, in which nobody
// is kept waiting. Damage there forks nothing, since what is added grows from a tree that is the signed one.
void Application::verify_whole_log(const std::stop_token& stopping) {
    const auto whole = verify_log(stopping);
    if (stopping.stop_requested()) return;
    if (whole) {
        last_done_.note(LastDone::Job::integrity, clock_->now());
        return;
    }
    metrics_.integrity(1);
    log::Line{log::Level::error, "the log is not what was signed: reading only"}.add(log::Field::key,
                                                                                     whole.error().key());
}

Result<> Application::verify_log(const std::stop_token& stopping) {
    return verify_or_close([&] { return services_->verify_log(stopping); }, [this] { services_->add_nothing(); });
}

// A check that did not come to its end shows nothing to be in order: monitors are told as of damage.
void Application::checked(const std::function<void()>& check) {
    try {
        check();
    } catch (const std::exception& broken) {
        metrics_.integrity(1);
        log::Line{log::Level::error, services_->read_only() ? "what is stored was not verified: reading only"
                                                            : "what is stored was not verified"}
            .add(log::Field::error, broken.what());
    }
}

// The runner of background tasks: one of the three places where exceptions end.
void Application::tidy_in_background(const std::stop_token& stopping) {
    constexpr std::chrono::minutes kEvery{5};
    checked([&] { verify_whole_log(stopping); });
    std::unique_lock lock{tidy_guard_};
    while (!tidy_wait_.wait_for(lock, stopping, kEvery, [&stopping] { return stopping.stop_requested(); })) {
        try {
            services_->tidy();
            last_done_.note(LastDone::Job::tidy, clock_->now());
        } catch (const std::exception& broken) {
            log::Line{log::Level::error, "tidying failed"}.add(log::Field::error, broken.what());
        }
        checked([&] { check_integrity(stopping); });
    }
}

}  // namespace rogatory::server
