#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "platform/ports/blob_store.hpp"
#include "platform/ports/clock.hpp"
#include "platform/ports/emergency.hpp"
#include "platform/ports/store.hpp"
#include "platform/service/services.hpp"
#include "storage/sql_store.hpp"
#include "web/api/live_events.hpp"
#include "web/middleware/metrics.hpp"
#include "web/middleware/pipeline.hpp"
#include "web/server/config.hpp"
#include "web/server/cosigned_log.hpp"
#include "web/server/gauges.hpp"
#include "web/server/mail.hpp"
#include "web/server/management.hpp"
#include "web/server/webhooks.hpp"
#include "web/transport/listener.hpp"

namespace rogatory::server {

// The composition root: the one place that knows every layer. Members stand in the order in which they need each
// other, so that they are taken down in the opposite one.
class Application {
public:
    // Opens storage, verifies the log, listens. What fails is said by the Error of the layer that failed.
    [[nodiscard]] static Result<std::unique_ptr<Application>> start(Config config, const ports::Clock& clock,
                                                                    ports::Emergency& emergency);
    ~Application();
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;

    [[nodiscard]] std::uint16_t port() const { return listener_->port(); }
    [[nodiscard]] std::uint16_t management_port() const {
        return management_listener_ ? management_listener_->port() : 0;
    }
    [[nodiscard]] service::Services& services() { return *services_; }
    [[nodiscard]] middleware::Pipeline& pipeline() { return *pipeline_; }

    // Certificate and key from their files again; connections that are open keep theirs.
    void reload();
    // Stops accepting, lets requests under way finish, then stops everything else.
    void stop();

private:
    explicit Application(Config config) : config_{std::move(config)} {}
    [[nodiscard]] Result<> open(const ports::Clock& clock, ports::Emergency& emergency);
    [[nodiscard]] Result<> open_management(std::shared_ptr<const api::CspReports> csp_reports);
    [[nodiscard]] unsigned workers() const;
    [[nodiscard]] Result<> listen();
    void ask_witnesses();
    // What the configuration says of mails and webhooks, judged; none where it says nothing of them.
    [[nodiscard]] Result<std::optional<client::Smtp>> mail_server() const;
    [[nodiscard]] Result<std::vector<WebhookReceiver>> webhook_receivers() const;
    void send_mails(client::Smtp smtp);
    void send_webhooks(std::vector<WebhookReceiver> receivers);
    void tidy_in_background(const std::stop_token& stopping);

    Config config_;
    std::unique_ptr<storage::SqlStore> store_;
    const ports::Clock* clock_ = nullptr;
    std::unique_ptr<ports::BlobStore> blobs_;
    std::unique_ptr<service::Services> services_;
    middleware::Metrics metrics_;
    std::shared_ptr<middleware::ServiceMode> mode_;
    LastDone last_done_;
    CosignersHeard cosigners_heard_;
    WebhookCounts webhook_counts_;
    std::unique_ptr<middleware::Pipeline> pipeline_;
    std::shared_ptr<api::LiveEvents> events_;
    std::unique_ptr<Gauges> gauges_;
    std::unique_ptr<Management> management_;
    std::unique_ptr<transport::TlsContext> tls_;
    std::unique_ptr<transport::Workers> workers_;
    std::unique_ptr<transport::Workers> management_workers_;  // a monitor is answered however busy the others are
    std::unique_ptr<transport::Listener> management_listener_;
    std::unique_ptr<transport::Listener> listener_;
    std::unique_ptr<ServedLog> served_log_;
    std::unique_ptr<witness::Cosigner> cosigner_;  // none under `quorum none`
    std::unique_ptr<Mail> mail_;                   // none without a mail server
    std::unique_ptr<Webhooks> webhooks_;           // none without a receiver
    std::mutex tidy_guard_;
    std::condition_variable_any tidy_wait_;
    std::jthread tidy_;
};

}  // namespace rogatory::server
