#include "platform/service/throttle.hpp"

#include <algorithm>
#include <array>

#include <arpa/inet.h>

namespace rogatory::service {

double Throttle::used_now(const Bucket& bucket, Limit limit) const {
    const auto minutes = std::chrono::duration<double, std::ratio<60>>{clock_.elapsed() - bucket.at}.count();
    return std::max(0.0, bucket.used - minutes * limit.per_minute);
}

bool Throttle::allows(std::string_view kind, std::string_view whom, Limit limit) {
    const std::lock_guard guard{mutex_};
    const auto found = buckets_.find(std::string{kind} + " " + std::string{whom});
    return found == buckets_.end() || used_now(found->second, limit) + 1.0 <= limit.burst;
}

void Throttle::count(std::string_view kind, std::string_view whom, Limit limit) {
    const std::lock_guard guard{mutex_};
    auto name = std::string{kind} + " " + std::string{whom};
    auto found = buckets_.find(name);
    if (found == buckets_.end()) {
        if (buckets_.size() >= kMaxBuckets) {
            buckets_.erase(oldest_first_.front());
            oldest_first_.pop_front();
        }
        oldest_first_.push_back(name);
        found = buckets_.emplace(std::move(name), Bucket{0, clock_.elapsed(), std::prev(oldest_first_.end())}).first;
    }
    auto& bucket = found->second;
    bucket.used = std::min(used_now(bucket, limit) + 1.0, 2 * limit.burst);
    bucket.at = clock_.elapsed();
    oldest_first_.splice(oldest_first_.end(), oldest_first_, bucket.place);
}

std::string Throttle::by_address(std::string_view address) {
    std::string text{address};
    if (text.starts_with('['))
        text = text.substr(1, text.find(']') == std::string::npos ? text.size() : text.find(']') - 1);
    if (std::count(text.begin(), text.end(), ':') == 1) text.resize(text.find(':'));
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
    // ::ffff:a.b.c.d is that IPv4 address.
    static constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    const auto kept = std::equal(kMapped.begin(), kMapped.end(), bytes.begin()) ? 16 : 8;
    return std::string{bytes.begin(), bytes.begin() + kept};
}

}  // namespace rogatory::service
