#pragma once

#include <chrono>

#include "platform/base/time.hpp"

namespace rogatory::ports {

// What time it is. Services ask here and nowhere else, so that a test can turn the clock.
class Clock {
public:
    virtual ~Clock() = default;

    // The wall clock. It may jump; nothing that has expired may come alive again by that (see service::ServerTime).
    [[nodiscard]] virtual UnixSeconds now() const = 0;

    // Time since some point in the past; never goes back. For time-outs and throttling.
    [[nodiscard]] virtual std::chrono::nanoseconds elapsed() const = 0;
};

}  // namespace rogatory::ports
