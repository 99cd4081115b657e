#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/base/log.hpp"
#include "platform/service/services.hpp"
#include "web/http/handler.hpp"
#include "web/middleware/metrics.hpp"
#include "web/middleware/quick_answers.hpp"
#include "web/middleware/rate_limit.hpp"
#include "web/middleware/service_mode.hpp"
#include "web/middleware/stage.hpp"

namespace rogatory::middleware {

struct StageSettings {
    std::string origin;  // "https://<host>[:port]" of the web client
    Rate per_address{.per_second = 300, .burst = 2000};
    Rate per_caller{.per_second = 100, .burst = 1000};
    std::shared_ptr<const ServiceMode> mode;  // absent: always in service
};

// The ordered list. Security headers come first, so that every reply has them, also those of the stages below; then
// whether the server is in service at all; rates before sessions, so that a stranger costs no look-up; csrf after
// sessions, since it is about how one was shown; the idempotency key last, since its replies belong to a caller.
[[nodiscard]] Stages make_stages(service::Services& services, const ports::Clock& clock, StageSettings settings);

// Router and stages as one application. Around all of it stand the request id and the failure boundary, which no
// stage can leave out: one of the three places where exceptions end.
class Pipeline final : public http::Application {
public:
    Pipeline(http::Router router, Stages stages, Metrics& metrics);

    [[nodiscard]] std::unique_ptr<http::Exchange> begin(http::Request head) override;
    [[nodiscard]] http::Response refuse(int status, std::string_view key) override;

    [[nodiscard]] const http::Router& router() const noexcept { return router_; }

private:
    friend class PipelineExchange;
    const http::Router router_;
    const Stages stages_;
    Metrics& metrics_;
    QuickAnswers quick_;
};

}  // namespace rogatory::middleware
