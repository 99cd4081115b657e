#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "platform/base/result.hpp"
#include "platform/ports/clock.hpp"
#include "web/middleware/metrics.hpp"
#include "web/server/gauges.hpp"

namespace rogatory::server {

// Whether what is stored is still what was written and signed: the whole log right after the start, database and log
// once a night. Monitors are told of damage, and apart from it of a check that did not come to its end, which says
// nothing of what is stored: the one is a reason to put a backup back, the other is none. Nothing is thrown; one
// thread.
class IntegrityChecks {
public:
    struct Parts {
        const ports::Clock& clock;
        middleware::Metrics& metrics;
        LastDone& last_done;
        UnixSeconds hour = 0;  // of the day, UTC
        std::function<std::string()> database_faults;
        std::function<Result<>(const std::stop_token&)> verify_log;
        std::function<bool()> reads_only;
    };
    explicit IntegrityChecks(Parts parts) : parts_{std::move(parts)} {}

    void at_start(const std::stop_token& stopping);
    // What is due now: a night's check in its hour, and what did not come to its end before.
    void run(const std::stop_token& stopping);

private:
    [[nodiscard]] bool ended(const std::function<void()>& check) const;
    [[nodiscard]] Result<> verify_log(const std::stop_token& stopping) const;
    [[nodiscard]] bool night() const;
    void whole_log(const std::stop_token& stopping);
    void nightly(const std::stop_token& stopping);

    Parts parts_;
    bool log_unread_ = true;
    bool night_unended_ = false;
    std::optional<UnixSeconds> checked_at_;
};

}  // namespace rogatory::server
