#pragma once

#include <memory>

#include "platform/service/services.hpp"
#include "web/api/csp_reports.hpp"
#include "web/http/handler.hpp"
#include "web/middleware/metrics.hpp"

namespace rogatory::server {

// What a monitor may ask, on a listener of its own that only the machine itself reaches: /livez, /readyz, /metrics,
// /repair (what a log that is behind still lacks). No session, no database row, nothing about anybody.
class Management final : public http::Application {
public:
    Management(service::Services& services, const middleware::Metrics& metrics,
               std::shared_ptr<const api::CspReports> csp_reports)
        : services_{services}, metrics_{metrics}, csp_reports_{std::move(csp_reports)} {}

    [[nodiscard]] std::unique_ptr<http::Exchange> begin(http::Request head) override;
    [[nodiscard]] http::Response refuse(int status, std::string_view key) override;

private:
    friend class ManagementExchange;
    service::Services& services_;
    const middleware::Metrics& metrics_;
    const std::shared_ptr<const api::CspReports> csp_reports_;
};

}  // namespace rogatory::server
