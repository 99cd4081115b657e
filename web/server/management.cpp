#include "web/server/management.hpp"

#include "platform/base/log.hpp"
#include "web/http/problem.hpp"
#include "web/server/log_repair.hpp"

namespace rogatory::server {

class ManagementExchange final : public http::Exchange {
public:
    ManagementExchange(Management& management, http::Request head)
        : management_{management}, request_{std::move(head)} {}

    http::Request& request() override { return request_; }
    http::BodyPolicy body_policy() const override { return {}; }
    std::optional<http::Response> admit() override { return std::nullopt; }
    http::StreamStart open_stream() override { return respond(); }
    void done(int, std::uint64_t) override {}

    http::Response respond() override {
        if (request_.method != http::Method::get && request_.method != http::Method::head) {
            return http::problem(405, "http.method_not_allowed", {});
        }
        if (request_.path == "/livez") return text(200, "alive\n");
        if (request_.path == "/metrics") return text(200, management_.metrics_.text() + csp_reports() + read_only());
        if (request_.path == "/repair") return text(200, repair_text(management_.services_.repair.status()));
        if (request_.path == "/readyz") {
            const bool ready = is_ready();
            const auto why = management_.services_.closed_because();
            return text(ready ? 200 : 503, ready ? "ready\n" : "not ready" + (why.empty() ? "" : ": " + why) + "\n");
        }
        return http::problem(404, "http.not_found", {});
    }

private:
    static http::Response text(int status, std::string body) {
        auto response = http::Response::text(status, "text/plain; charset=utf-8", std::move(body));
        response.headers.add("Cache-Control", "no-store");
        return response;
    }
    // The failure boundary of this listener: storage that throws is storage that is not ready.
    bool is_ready() {
        try {
            return management_.services_.ready();
        } catch (const std::exception& broken) {
            log::Line{log::Level::error, "not ready"}.add(log::Field::error, broken.what());
            return false;
        }
    }
    std::string csp_reports() const {
        return "# TYPE rogatory_csp_reports_total counter\nrogatory_csp_reports_total " +
               std::to_string(management_.csp_reports_->count()) + "\n";
    }
    std::string read_only() const {
        return std::string{"# TYPE rogatory_read_only gauge\nrogatory_read_only "} +
               (management_.services_.read_only() ? "1\n" : "0\n");
    }

    Management& management_;
    http::Request request_;
};

std::unique_ptr<http::Exchange> Management::begin(http::Request head) {
    return std::make_unique<ManagementExchange>(*this, std::move(head));
}

http::Response Management::refuse(int status, std::string_view key) { return http::problem(status, key, {}); }

}  // namespace rogatory::server
