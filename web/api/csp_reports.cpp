#include "web/api/csp_reports.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <chrono>
#include <string>

#include "platform/base/log.hpp"
#include "web/api/handlers.hpp"
#include "web/http/problem.hpp"

namespace rogatory::api {
namespace {

namespace json = boost::json;

// What a line of the log may say: a word of ours, never one of the sender's.
constexpr std::array<std::string_view, 16> kDirectives{
    "script-src",     "script-src-elem", "script-src-attr", "style-src",
    "style-src-elem", "style-src-attr",  "img-src",         "font-src",
    "connect-src",    "worker-src",      "frame-src",       "frame-ancestors",
    "form-action",    "base-uri",        "trusted-types",   "require-trusted-types-for"};

std::string_view directive_of(const json::object& report) {
    for (const auto* const name : {"effectiveDirective", "effective-directive", "violated-directive"}) {
        const auto* const value = report.if_contains(name);
        const auto* const text = value == nullptr ? nullptr : value->if_string();
        if (text == nullptr) continue;
        const auto* const known = std::ranges::find(kDirectives, std::string_view{*text});
        return known == kDirectives.end() ? "other" : *known;
    }
    return "other";
}

// One report of the Reporting API ({type, body}) or of report-uri ({"csp-report"}).
const json::object* body_of(const json::value& value) {
    const auto* const report = value.if_object();
    if (report == nullptr) return nullptr;
    for (const auto* const name : {"body", "csp-report"}) {
        const auto* const body = report->if_contains(name);
        if (body != nullptr && body->is_object()) return &body->get_object();
    }
    return nullptr;
}

}  // namespace

bool CspReports::take(std::string_view body) {
    constexpr std::size_t kMaxReports = 100;
    boost::system::error_code error;
    const auto value = json::parse(body, error);
    if (error) return false;
    json::array alone;
    if (!value.is_array()) alone.push_back(value);
    const auto& reports = value.is_array() ? value.get_array() : alone;
    if (reports.empty() || reports.size() > kMaxReports) return false;
    for (const auto& report : reports) {
        const auto* const inside = body_of(report);
        if (inside == nullptr) return false;
        count_.fetch_add(1, std::memory_order_relaxed);
        if (logged_.take("all", std::chrono::steady_clock::now().time_since_epoch())) {
            log::Line{log::Level::warning, "a browser refused something of our page"}.add(log::Field::detail,
                                                                                          directive_of(*inside));
        }
    }
    return true;
}

Response csp_report(CspReports& reports, const Request& request, const Context&) {
    if (!reports.take(request.body)) return http::problem(400, "http.json_malformed", request.request_id);
    return Response::empty(204);
}

}  // namespace rogatory::api
