#pragma once

#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "platform/ports/clock.hpp"

namespace rogatory::service {

// Buckets that leak: so many at once, then so many a minute. In memory, bounded, by the monotonic clock.
//
// Sign-in is throttled by address only. A bucket by user name would let anybody lock a name from outside; it is not
// needed, because a guess at a 128-bit account key is hopeless however often it is made.
class Throttle {
public:
    struct Limit {
        double burst;
        double per_minute;
    };
    explicit Throttle(const ports::Clock& clock) : clock_{clock} {}

    // True while the bucket is not full. Takes nothing.
    [[nodiscard]] bool allows(std::string_view kind, std::string_view whom, Limit limit);
    void count(std::string_view kind, std::string_view whom, Limit limit);

    // An address as it is throttled: IPv6 by its /64, which one household has; no port.
    [[nodiscard]] static std::string by_address(std::string_view address);

private:
    struct Bucket {
        double used{};
        std::chrono::nanoseconds at{};
        std::list<std::string>::iterator place;
    };
    static constexpr std::size_t kMaxBuckets = 65'536;
    double used_now(const Bucket& bucket, Limit limit) const;

    const ports::Clock& clock_;
    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
    std::list<std::string> oldest_first_;
};

}  // namespace rogatory::service
