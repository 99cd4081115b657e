#include "platform/agent/environment.hpp"

#include <chrono>

namespace rogatory::agent {

UnixSeconds SystemClock::wall() const {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

std::int64_t SystemClock::monotonic_seconds() const {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

}  // namespace rogatory::agent
