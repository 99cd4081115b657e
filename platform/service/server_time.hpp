#pragma once

#include <chrono>
#include <mutex>

#include "platform/ports/clock.hpp"
#include "platform/ports/store.hpp"

namespace rogatory::service {

// The time by which things expire: never goes back, within a process or across a restart.
//
// It follows the wall clock forward and, where that is set back, goes on by the monotonic clock from the latest time it
// has seen; so no jump of the wall clock revives a session, a ticket or an invitation. (`at` of statements is compared
// with the wall clock itself: a clock set wrong once must not refuse honest people for ever.)
class ServerTime {
public:
    // `latest` is what an earlier process kept.
    ServerTime(const ports::Clock& clock, UnixSeconds latest);

    [[nodiscard]] UnixSeconds now();
    // Keeps it with a write that happens anyway.
    void keep(ports::Repositories& repositories);
    // For a write that may come after others, and after this object: what is kept never goes back.
    static void keep(ports::Repositories& repositories, UnixSeconds at);
    [[nodiscard]] static UnixSeconds kept(const ports::Repositories& repositories);

private:
    const ports::Clock& clock_;
    std::mutex mutex_;
    UnixSeconds base_;
    std::chrono::nanoseconds base_elapsed_;
};

}  // namespace rogatory::service
