#include "platform/agent/environment.hpp"

#include <chrono>
#include <thread>

namespace rogatory::agent {

UnixSeconds SystemClock::wall() const {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

std::int64_t SystemClock::monotonic_seconds() const {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

void SystemClock::pause(std::chrono::milliseconds time) const { std::this_thread::sleep_for(time); }

}  // namespace rogatory::agent
