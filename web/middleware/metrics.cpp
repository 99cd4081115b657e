#include "web/middleware/metrics.hpp"

#include <algorithm>

namespace rogatory::middleware {

void Metrics::request(int status, std::uint64_t duration_us, std::uint64_t bytes_in, std::uint64_t bytes_out) {
    constexpr auto relaxed = std::memory_order_relaxed;
    by_class_[static_cast<std::size_t>(std::clamp(status / 100, 0, 5))].fetch_add(1, relaxed);
    const auto bucket = std::ranges::lower_bound(kBucketsUs, duration_us) - kBucketsUs.begin();
    by_duration_[static_cast<std::size_t>(bucket)].fetch_add(1, relaxed);
    duration_us_.fetch_add(duration_us, relaxed);
    bytes_in_.fetch_add(bytes_in, relaxed);
    bytes_out_.fetch_add(bytes_out, relaxed);
}

std::string Metrics::text() const {
    constexpr auto relaxed = std::memory_order_relaxed;
    std::string out = "# TYPE rogatory_requests_total counter\n";
    for (std::size_t i = 0; i < by_class_.size(); ++i) {
        const auto name = i == 0 ? std::string{"cut"} : std::to_string(i) + "xx";
        out += "rogatory_requests_total{status=\"" + name + "\"} " + std::to_string(by_class_[i].load(relaxed)) + '\n';
    }
    out += "# TYPE rogatory_request_seconds histogram\n";
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < by_duration_.size(); ++i) {
        sum += by_duration_[i].load(relaxed);
        const auto limit =
            i == kBucketsUs.size() ? std::string{"+Inf"} : std::to_string(static_cast<double>(kBucketsUs[i]) / 1e6);
        out += "rogatory_request_seconds_bucket{le=\"" + limit + "\"} " + std::to_string(sum) + '\n';
    }
    out += "rogatory_request_seconds_sum " + std::to_string(static_cast<double>(duration_us_.load(relaxed)) / 1e6);
    out += "\nrogatory_request_seconds_count " + std::to_string(sum) + '\n';
    const auto counter = [&out](std::string_view name, std::uint64_t value) {
        out += "# TYPE " + std::string{name} + " counter\n" + std::string{name} + ' ' + std::to_string(value) + '\n';
    };
    counter("rogatory_body_bytes_in_total", bytes_in_.load(relaxed));
    counter("rogatory_body_bytes_out_total", bytes_out_.load(relaxed));
    counter("rogatory_heads_refused_total", refused_.load(relaxed));
    out += "# TYPE rogatory_integrity_faults gauge\nrogatory_integrity_faults " +
           std::to_string(integrity_faults_.load(relaxed)) + '\n';
    return out;
}

}  // namespace rogatory::middleware
