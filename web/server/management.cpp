#include "web/server/management.hpp"

#include "crypto/primitives/memory.hpp"
#include "platform/base/log.hpp"
#include "web/http/fields.hpp"
#include "web/http/problem.hpp"
#include "web/server/log_repair.hpp"
#include "web/server/mode.hpp"

namespace rogatory::server {

class ManagementExchange final : public http::Exchange {
public:
    ManagementExchange(Management::Parts& parts, http::Request head) : parts_{parts}, request_{std::move(head)} {}

    http::Request& request() override { return request_; }
    http::BodyPolicy body_policy() const override { return {}; }
    std::optional<http::Response> admit() override { return std::nullopt; }
    http::StreamStart open_stream() override { return respond(); }
    void done(int, std::uint64_t) override {}

    http::Response respond() override {
        if (request_.method == http::Method::post && request_.path == "/mode") return set_mode();
        if (request_.method != http::Method::get && request_.method != http::Method::head) {
            return http::problem(405, "http.method_not_allowed", {});
        }
        if (request_.path == "/livez") return text(200, "alive\n");
        if (request_.path == "/metrics") return text(200, metrics());
        if (request_.path == "/mode") return text(200, mode_text(parts_.mode->state()) + "\n");
        if (request_.path == "/repair") return text(200, repair_text(parts_.services.repair.status()));
        if (request_.path == "/readyz") return ready();
        return http::problem(404, "http.not_found", {});
    }

private:
    static http::Response text(int status, std::string body) {
        auto response = http::Response::text(status, "text/plain; charset=utf-8", std::move(body));
        response.headers.add("Cache-Control", "no-store");
        return response;
    }
    // Whoever sends requests here is to send them elsewhere only where nothing can be read either.
    http::Response ready() {
        const auto mode = parts_.mode->state();
        if (mode.mode == middleware::Mode::maintenance) return text(503, "not ready: server.maintenance\n");
        if (is_ready()) return text(200, mode.mode == middleware::Mode::normal ? "ready\n" : "ready: read-only\n");
        const auto why = parts_.services.closed_because();
        return text(503, "not ready" + (why.empty() ? "" : ": " + why) + "\n");
    }
    // The failure boundary of this listener: storage that throws is storage that is not ready.
    bool is_ready() {
        try {
            return parts_.services.ready();
        } catch (const std::exception& broken) {
            log::Line{log::Level::error, "not ready"}.add(log::Field::error, broken.what());
            return false;
        }
    }
    std::string metrics() {
        auto out = parts_.metrics.text();
        middleware::write_metric(out, "rogatory_csp_reports_total", "counter",
                                 "What browsers reported against the policy.");
        middleware::write_value(out, "rogatory_csp_reports_total", static_cast<double>(parts_.csp_reports->count()));
        try {
            out += parts_.gauges.text();
        } catch (const std::exception& broken) {  // storage that does not answer: the counters tell of it
            log::Line{log::Level::error, "not ready"}.add(log::Field::error, broken.what());
        }
        return out;
    }
    http::Response set_mode() {
        if (parts_.token.empty()) return http::problem(503, "mode.no_secret", {});
        const auto bearer = request_.headers.find("Authorization");
        const auto wanted = "Bearer " + parts_.token;
        if (!bearer || bearer->size() != wanted.size() ||
            !crypto::equal_in_constant_time(as_bytes(*bearer), as_bytes(wanted))) {
            return http::problem(401, "session.missing", {});
        }
        const auto name = request_.headers.find("Rogatory-Mode");
        const auto mode = name ? middleware::parse_mode(*name) : std::nullopt;
        if (!mode) return http::problem(400, "http.field_malformed", {});
        middleware::ServiceMode::State state{*mode, std::nullopt};
        if (const auto until = request_.headers.find("Rogatory-Until"); until && *mode != middleware::Mode::normal) {
            const auto at = http::parse_unsigned(*until);
            constexpr std::uint64_t kMost = std::uint64_t{1} << 40U;
            if (!at || *at > kMost) return http::problem(400, "http.field_malformed", {});
            state.until = static_cast<UnixSeconds>(*at);
        }
        parts_.mode->set(state);
        const bool kept = parts_.keep_mode(state);
        log::Line{kept ? log::Level::info : log::Level::warning, "the mode was set"}.add(log::Field::key,
                                                                                         middleware::mode_name(*mode));
        return text(200, mode_text(state) + (kept ? "\n" : " (a restart forgets it: it could not be written down)\n"));
    }

    Management::Parts& parts_;
    http::Request request_;
};

std::unique_ptr<http::Exchange> Management::begin(http::Request head) {
    return std::make_unique<ManagementExchange>(parts_, std::move(head));
}

http::Response Management::refuse(int status, std::string_view key) { return http::problem(status, key, {}); }

}  // namespace rogatory::server
