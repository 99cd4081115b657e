#include "web/http/buckets.hpp"

#include <algorithm>

namespace rogatory::http {

double Buckets::level(const Bucket& bucket, std::chrono::nanoseconds now) const {
    const auto since = std::chrono::duration<double>{now - bucket.filled_at}.count();
    return std::min(rate_.burst, bucket.tokens + since * rate_.per_second);
}

void Buckets::forget_full(std::chrono::nanoseconds now) {
    std::erase_if(buckets_, [&](const auto& entry) { return level(entry.second, now) >= rate_.burst; });
}

bool Buckets::take(const std::string& key, std::chrono::nanoseconds now) {
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

}  // namespace rogatory::http
