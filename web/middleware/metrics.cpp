#include "web/middleware/metrics.hpp"

#include <algorithm>
#include <cmath>

namespace rogatory::middleware {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

// A board tells these apart; a route by itself would be too much of a series each. The first prefix that fits.
struct Kind {
    std::string_view name;
    std::string_view prefix;
};
constexpr std::array<Kind, 11> kKindsOfRoute{Kind{"sign_in", "/api/v1/sign-in"},
                                             Kind{"statements", "/api/v1/statements"},
                                             Kind{"uploads", "/api/v1/uploads"},
                                             Kind{"downloads", "/api/v1/chains/{chain}/"},
                                             Kind{"chains", "/api/v1/chains"},
                                             Kind{"events", "/api/v1/events"},
                                             Kind{"admin", "/api/v1/admin"},
                                             Kind{"log", "/log/"},
                                             Kind{"api", "/api/"},
                                             Kind{"page", "/"},
                                             Kind{"none", ""}};

std::size_t kind_of(std::string_view route) {
    const auto* const found =
        std::ranges::find_if(kKindsOfRoute, [route](const Kind& kind) { return route.starts_with(kind.prefix); });
    return static_cast<std::size_t>(found - kKindsOfRoute.begin());
}

std::string number(double value) {
    if (value == std::floor(value) && std::abs(value) < 1e15) return std::to_string(static_cast<std::int64_t>(value));
    return std::to_string(value);
}

}  // namespace

void write_metric(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
    out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ");
    out.append(type).append("\n");
}

void write_value(std::string& out, std::string_view name, double value, const std::string& labels) {
    out.append(name);
    if (!labels.empty()) out.append("{").append(labels).append("}");
    out.append(" ").append(number(value)).append("\n");
}

void write_histogram(std::string& out, const std::string& name, const Histogram& values, const std::string& labels) {
    const auto comma = labels.empty() ? std::string{} : labels + ",";
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < Histogram::kBuckets; ++i) {
        sum += values.count(i);
        const auto limit = i == Histogram::kLimitsUs.size()
                               ? std::string{"+Inf"}
                               : number(static_cast<double>(Histogram::kLimitsUs.at(i)) / 1e6);
        write_value(out, name + "_bucket", static_cast<double>(sum), comma + "le=\"" + limit + "\"");
    }
    write_value(out, name + "_sum", static_cast<double>(values.sum_us()) / 1e6, labels);
    write_value(out, name + "_count", static_cast<double>(sum), labels);
}

void Metrics::request(std::string_view route, int status, std::uint64_t duration_us, std::uint64_t bytes_in,
                      std::uint64_t bytes_out) {
    static_assert(kKindsOfRoute.size() == kKinds);
    constexpr int kUnauthorised = 401;
    constexpr int kTooMany = 429;
    const auto kind = kind_of(route);
    requests_.at(kind).at(static_cast<std::size_t>(std::clamp(status / 100, 0, 5))).fetch_add(1, kRelaxed);
    durations_.at(kind).add(duration_us);
    bytes_in_.fetch_add(bytes_in, kRelaxed);
    bytes_out_.fetch_add(bytes_out, kRelaxed);
    if (status == kTooMany) throttled_.fetch_add(1, kRelaxed);
    if (route == "/api/v1/sign-in") {
        if (status / 100 == 2) sign_ins_.fetch_add(1, kRelaxed);
        if (status == kUnauthorised || status == kTooMany) sign_ins_refused_.fetch_add(1, kRelaxed);
    }
}

std::string Metrics::text() const {
    std::string out;
    write_metric(out, "rogatory_requests_total", "counter", "Requests by kind of route and class of status.");
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
        for (std::size_t i = 0; i < requests_.at(kind).size(); ++i) {
            const auto status = i == 0 ? std::string{"cut"} : std::to_string(i) + "xx";
            write_value(out, "rogatory_requests_total", static_cast<double>(requests_.at(kind).at(i).load(kRelaxed)),
                        "route=\"" + std::string{kKindsOfRoute.at(kind).name} + "\",status=\"" + status + "\"");
        }
    }
    write_metric(out, "rogatory_request_duration_seconds", "histogram",
                 "From a request's head to the end of its reply, by kind of route.");
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
        write_histogram(out, "rogatory_request_duration_seconds", durations_.at(kind),
                        "route=\"" + std::string{kKindsOfRoute.at(kind).name} + "\"");
    }
    const auto counter = [&out](std::string_view name, std::string_view help, const std::atomic<std::uint64_t>& value) {
        write_metric(out, name, "counter", help);
        write_value(out, name, static_cast<double>(value.load(kRelaxed)));
    };
    counter("rogatory_body_bytes_in_total", "Bytes of request bodies, as announced.", bytes_in_);
    counter("rogatory_body_bytes_out_total", "Bytes of replies.", bytes_out_);
    counter("rogatory_heads_refused_total", "Requests refused before they had a route.", refused_);
    counter("rogatory_throttled_total", "Requests answered 429.", throttled_);
    counter("rogatory_sign_ins_total", "Sign-ins.", sign_ins_);
    counter("rogatory_sign_ins_refused_total", "Sign-ins refused, for whatever reason.", sign_ins_refused_);
    write_metric(out, "rogatory_integrity_faults", "gauge",
                 "What the last check of database and log found: 0 nothing, 1 damage.");
    write_value(out, "rogatory_integrity_faults", integrity_faults_.load(kRelaxed));
    write_metric(out, "rogatory_integrity_unchecked", "gauge",
                 "1 while the last check of database and log did not come to its end, which says nothing of them.");
    write_value(out, "rogatory_integrity_unchecked", integrity_unchecked_.load(kRelaxed));
    return out;
}

}  // namespace rogatory::middleware
