#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/histogram.hpp"

namespace rogatory::middleware {

// One metric in Prometheus' text form: what it is, its type, its value.
void write_metric(std::string& out, std::string_view name, std::string_view type, std::string_view help);
void write_value(std::string& out, std::string_view name, double value, const std::string& labels = {});
void write_histogram(std::string& out, const std::string& name, const Histogram& values,
                     const std::string& labels = {});

// Counters of requests for the management listener. By kind of route and status class only: nothing here tells who did
// what.
class Metrics {
public:
    // `route`: the pattern; empty where none was found.
    void request(std::string_view route, int status, std::uint64_t duration_us, std::uint64_t bytes_in,
                 std::uint64_t bytes_out);
    // Whether the last check of what is stored found damage; and, apart from it, whether it came to no end.
    void integrity_faults(bool found) { integrity_faults_.store(found ? 1 : 0, std::memory_order_relaxed); }
    void integrity_unchecked(bool unended) { integrity_unchecked_.store(unended ? 1 : 0, std::memory_order_relaxed); }
    void refused() { refused_.fetch_add(1, std::memory_order_relaxed); }
    [[nodiscard]] std::string text() const;

private:
    // [0]: cut before a reply was taken.
    using ByClass = std::array<std::atomic<std::uint64_t>, 6>;
    static constexpr std::size_t kKinds = 11;

    std::array<ByClass, kKinds> requests_{};
    std::array<Histogram, kKinds> durations_;
    std::atomic<std::uint64_t> bytes_in_{0};
    std::atomic<std::uint64_t> bytes_out_{0};
    std::atomic<std::uint64_t> refused_{0};
    std::atomic<std::uint64_t> throttled_{0};
    std::atomic<std::uint64_t> sign_ins_{0};
    std::atomic<std::uint64_t> sign_ins_refused_{0};
    std::atomic<int> integrity_faults_{0};
    std::atomic<int> integrity_unchecked_{0};
};

}  // namespace rogatory::middleware
