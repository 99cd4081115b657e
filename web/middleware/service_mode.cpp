#include "web/middleware/service_mode.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include "web/http/problem.hpp"

namespace rogatory::middleware {
namespace {

constexpr std::array<std::string_view, 3> kNames{"normal", "read-only", "maintenance"};

// What must go on while nothing is changed: getting in and out, what one has read, what repairs the log, and what stops
// somebody who should not be in.
constexpr std::array<std::string_view, 13> kGoesOn{"/api/v1/sign-in",
                                                   "/api/v1/sign-in/challenge",
                                                   "/api/v1/session",
                                                   "/api/v1/session/step-up",
                                                   "/api/v1/me/state",
                                                   "/api/v1/csp-reports",
                                                   "/log/{n}/checkpoint",
                                                   "/api/v1/enrolment/session",
                                                   "/api/v1/me/sessions/{id}",
                                                   "/api/v1/me/kit-attempt",
                                                   "/api/v1/admin/sessions/{id}",
                                                   "/api/v1/admin/accounts/{user_name}/suspension",
                                                   "/api/v1/admin/parties/{code}/suspension"};

bool reads(http::Method method) {
    return method == http::Method::get || method == http::Method::head || method == http::Method::options;
}

// For people of every language, who are told in their own sentence: the zone is said.
std::string utc_text(UnixSeconds at) {
    const auto seconds = static_cast<std::time_t>(at);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts)};
}

bool passes(Mode mode, const http::Request& request, const http::Route& route) {
    // The page itself, which shows the sentence, and what every client asks first.
    const bool page = !request.path.starts_with("/api/") && !request.path.starts_with("/log/");
    if (page || route.pattern == "/api/v1/server") return true;
    if (mode == Mode::maintenance) return false;
    return reads(request.method) || route.pattern.starts_with("/api/v1/log/repair") ||
           std::ranges::find(kGoesOn, route.pattern) != kGoesOn.end();
}

}  // namespace

std::string_view mode_name(Mode mode) { return kNames.at(static_cast<std::size_t>(mode)); }

std::optional<Mode> parse_mode(std::string_view name) {
    const auto* const found = std::ranges::find(kNames, name);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<Mode>(found - kNames.begin());
}

std::optional<http::Response> ModeStage::on_head(const http::Request& request, http::Context&,
                                                 const http::Route* route) {
    const auto state = mode_->state();
    if (state.mode == Mode::normal || route == nullptr || passes(state.mode, request, *route)) return std::nullopt;
    std::string key = state.mode == Mode::maintenance ? "server.maintenance" : "server.read_only";
    constexpr UnixSeconds kUnknown = 120;
    UnixSeconds wait = kUnknown;
    Error error{ErrorCode::unavailable, key};
    const auto now = clock_.now();
    if (state.until && *state.until > now) {
        wait = std::min<UnixSeconds>(*state.until - now, kHour);
        error = Error{ErrorCode::unavailable, key + "_until"}.with("until", utc_text(*state.until));
    }
    auto response = http::problem(error, request.request_id);
    response.headers.add("Retry-After", std::to_string(wait));
    return response;
}

}  // namespace rogatory::middleware
