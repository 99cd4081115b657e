#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/service/services.hpp"
#include "web/api/csp_reports.hpp"
#include "web/api/live_events.hpp"
#include "web/http/router.hpp"

namespace rogatory::api {

// What routes need to know beside the services.
struct ApiSettings {
    std::uint64_t max_upload = std::uint64_t{50} << 30;
    std::shared_ptr<CspReports> csp_reports = std::make_shared<CspReports>();
    std::shared_ptr<LiveEvents> events = std::make_shared<LiveEvents>();
};

// Every route of the server: the map of the product, and what openapi.yaml is held to.
[[nodiscard]] std::vector<http::Route> make_routes(service::Services& services, const ApiSettings& settings);

}  // namespace rogatory::api
