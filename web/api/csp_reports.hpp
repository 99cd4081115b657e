#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "web/http/buckets.hpp"

namespace rogatory::api {

// What browsers report about our own page's policy: counted, and which directive it was goes to the log now and then.
// Anybody can send such reports, so nothing of one is kept, the addresses in it least of all.
class CspReports {
public:
    // A report's body as it came. False: it is none.
    bool take(std::string_view body);
    [[nodiscard]] std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> count_{0};
    http::Buckets logged_{{.per_second = 0.1, .burst = 10}};  // lines of the log
};

}  // namespace rogatory::api
