#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace rogatory::http {

struct Rate {
    double per_second = 50;
    double burst = 200;
};

// Token buckets by key, on a monotonic clock. Bounded: when there are too many keys, full buckets are forgotten, and a
// key that finds no room shares one bucket with all others like it.
class Buckets {
public:
    explicit Buckets(Rate rate) : rate_{rate} {}

    // Takes one token; false: none left. `now` is the caller's monotonic clock.
    [[nodiscard]] bool take(const std::string& key, std::chrono::nanoseconds now);

private:
    struct Bucket {
        double tokens = 0;
        std::chrono::nanoseconds filled_at{};
    };
    static constexpr std::size_t kMaxKeys = 100'000;

    void forget_full(std::chrono::nanoseconds now);
    [[nodiscard]] double level(const Bucket& bucket, std::chrono::nanoseconds now) const;

    const Rate rate_;
    std::mutex guard_;
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace rogatory::http
