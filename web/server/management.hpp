#pragma once

#include <functional>
#include <memory>
#include <string>

#include "platform/service/services.hpp"
#include "web/api/csp_reports.hpp"
#include "web/http/handler.hpp"
#include "web/middleware/metrics.hpp"
#include "web/server/gauges.hpp"

namespace rogatory::server {

// What an operator's monitor may ask, on a listener of its own that only the machine itself reaches: /livez, /readyz,
// /metrics, /repair (what a log that is behind still lacks), /mode. No session and nothing about anybody.
// To set the mode takes the secret of this start: a POST with "Authorization: Bearer …", "Rogatory-Mode" and, where a
// time is known, "Rogatory-Until".
class Management final : public http::Application {
public:
    struct Parts {
        service::Services& services;
        const middleware::Metrics& metrics;
        Gauges& gauges;
        std::shared_ptr<const api::CspReports> csp_reports;
        std::shared_ptr<middleware::ServiceMode> mode;
        std::string token;
        std::function<bool(const middleware::ServiceMode::State&)> keep_mode;
    };
    explicit Management(Parts parts) : parts_{std::move(parts)} {}

    [[nodiscard]] std::unique_ptr<http::Exchange> begin(http::Request head) override;
    [[nodiscard]] http::Response refuse(int status, std::string_view key) override;

private:
    friend class ManagementExchange;
    Parts parts_;
};

}  // namespace rogatory::server
