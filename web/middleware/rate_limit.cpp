#include "web/middleware/rate_limit.hpp"

#include <algorithm>

#include "web/http/problem.hpp"

namespace rogatory::middleware {
namespace {

http::Response refuse(const http::Request& request) {
    return http::problem(Error{ErrorCode::too_many, "http.too_many"}.with("retry_after", "2"), request.request_id);
}

}  // namespace

double Buckets::level(const Bucket& bucket, std::chrono::nanoseconds now) const {
    const auto since = std::chrono::duration<double>{now - bucket.filled_at}.count();
    return std::min(rate_.burst, bucket.tokens + since * rate_.per_second);
}

void Buckets::forget_full(std::chrono::nanoseconds now) {
    std::erase_if(buckets_, [&](const auto& entry) { return level(entry.second, now) >= rate_.burst; });
}

bool Buckets::take(const std::string& key) {
    const auto now = clock_.elapsed();
    const std::lock_guard lock{guard_};
    if (buckets_.size() >= kMaxKeys && !buckets_.contains(key)) forget_full(now);
    const bool room = buckets_.size() < kMaxKeys || buckets_.contains(key);
    auto& bucket = buckets_.try_emplace(room ? key : std::string{}, Bucket{rate_.burst, now}).first->second;
    bucket.tokens = level(bucket, now);
    bucket.filled_at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
}

std::optional<http::Response> AddressRate::on_head(const http::Request& request, http::Context&, const http::Route*) {
    if (buckets_.take(request.peer)) return std::nullopt;
    return refuse(request);
}

std::optional<http::Response> CallerRate::on_head(const http::Request& request, http::Context& context,
                                                  const http::Route*) {
    if (!context.caller || buckets_.take(context.caller->log_id())) return std::nullopt;
    return refuse(request);
}

}  // namespace rogatory::middleware
