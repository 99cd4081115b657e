#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

namespace rogatory {

// How long things took, in microseconds, counted by limits that suit both a row read and a large upload. From any
// thread.
class Histogram {
public:
    static constexpr std::array<std::uint64_t, 12> kLimitsUs{
        1'000, 2'500, 5'000, 10'000, 25'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 10'000'000, 60'000'000};

    void add(std::uint64_t us) noexcept {
        const auto bucket = std::ranges::lower_bound(kLimitsUs, us) - kLimitsUs.begin();
        counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
        sum_us_.fetch_add(us, std::memory_order_relaxed);
    }
    // Of one bucket; the last is of all that took longer than any limit.
    [[nodiscard]] std::uint64_t count(std::size_t bucket) const {
        return counts_.at(bucket).load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t sum_us() const noexcept { return sum_us_.load(std::memory_order_relaxed); }
    static constexpr std::size_t kBuckets = kLimitsUs.size() + 1;

private:
    std::array<std::atomic<std::uint64_t>, kBuckets> counts_{};
    std::atomic<std::uint64_t> sum_us_{0};
};

}  // namespace rogatory
