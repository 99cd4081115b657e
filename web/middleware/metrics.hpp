#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

namespace rogatory::middleware {

// Counters for the management listener, in Prometheus' text form. By status class only: nothing here tells who did
// what.
class Metrics {
public:
    void request(int status, std::uint64_t duration_us, std::uint64_t bytes_in, std::uint64_t bytes_out);
    // What the last nightly check found: 0 nothing, 1 damage.
    void integrity(int faults) { integrity_faults_.store(faults, std::memory_order_relaxed); }
    void refused() { refused_.fetch_add(1, std::memory_order_relaxed); }
    [[nodiscard]] std::string text() const;

private:
    static constexpr std::array<std::uint64_t, 8> kBucketsUs{1'000,   5'000,     20'000,     100'000,
                                                             500'000, 2'000'000, 10'000'000, 60'000'000};
    std::array<std::atomic<std::uint64_t>, 6> by_class_{};  // [0]: cut before a reply was taken
    std::array<std::atomic<std::uint64_t>, kBucketsUs.size() + 1> by_duration_{};
    std::atomic<std::uint64_t> duration_us_{0};
    std::atomic<std::uint64_t> bytes_in_{0};
    std::atomic<std::uint64_t> bytes_out_{0};
    std::atomic<std::uint64_t> refused_{0};
    std::atomic<int> integrity_faults_{0};
};

}  // namespace rogatory::middleware
