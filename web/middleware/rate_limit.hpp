#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

#include "platform/ports/clock.hpp"
#include "web/middleware/stage.hpp"

namespace rogatory::middleware {

struct Rate {
    double per_second = 50;
    double burst = 200;
};

// Token buckets by key, on the monotonic clock. Bounded: when there are too many keys, full buckets are forgotten, and
// a key that finds no room shares one bucket with all others like it.
class Buckets {
public:
    Buckets(Rate rate, const ports::Clock& clock) : rate_{rate}, clock_{clock} {}

    // Takes one token; false: none left.
    [[nodiscard]] bool take(const std::string& key);

private:
    struct Bucket {
        double tokens = 0;
        std::chrono::nanoseconds filled_at{};
    };
    static constexpr std::size_t kMaxKeys = 100'000;

    void forget_full(std::chrono::nanoseconds now);
    [[nodiscard]] double level(const Bucket& bucket, std::chrono::nanoseconds now) const;

    const Rate rate_;
    const ports::Clock& clock_;
    std::mutex guard_;
    std::unordered_map<std::string, Bucket> buckets_;
};

// Requests of one address, before anybody knows who it is.
class AddressRate final : public Stage {
public:
    AddressRate(Rate rate, const ports::Clock& clock) : buckets_{rate, clock} {}
    [[nodiscard]] std::optional<http::Response> on_head(const http::Request&, http::Context&,
                                                        const http::Route*) override;

private:
    Buckets buckets_;
};

// Requests of one account or invitation; bytes and objects are counted by the service.
class CallerRate final : public Stage {
public:
    CallerRate(Rate rate, const ports::Clock& clock) : buckets_{rate, clock} {}
    [[nodiscard]] std::optional<http::Response> on_head(const http::Request&, http::Context&,
                                                        const http::Route*) override;

private:
    Buckets buckets_;
};

}  // namespace rogatory::middleware
