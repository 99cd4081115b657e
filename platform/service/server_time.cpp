#include "platform/service/server_time.hpp"

#include <algorithm>

#include "crypto/labels.hpp"

namespace rogatory::service {

namespace {

constexpr const char* kLatest = "time.latest";

}  // namespace

ServerTime::ServerTime(const ports::Clock& clock, UnixSeconds latest)
    : clock_{clock}, base_{std::max(latest, clock.now())}, base_elapsed_{clock.elapsed()} {}

UnixSeconds ServerTime::now() {
    const std::lock_guard guard{mutex_};
    const auto wall = clock_.now();
    const auto elapsed = clock_.elapsed();
    const auto steady = base_ + std::chrono::duration_cast<std::chrono::seconds>(elapsed - base_elapsed_).count();
    if (wall <= steady) return steady;
    base_ = wall;
    base_elapsed_ = elapsed;
    return wall;
}

void ServerTime::keep(ports::Repositories& repositories) { keep(repositories, now()); }

void ServerTime::keep(ports::Repositories& repositories, UnixSeconds at) {
    const auto before = kept(repositories);
    const auto latest = std::max<UnixSeconds>({before, at, 0});
    // Many a second say the same: each would write a page.
    if (latest == before) return;
    repositories.journal().set_value(kLatest, crypto::big_endian(static_cast<std::uint64_t>(latest)));
}

UnixSeconds ServerTime::kept(const ports::Repositories& repositories) {
    const auto bytes = repositories.journal().value(kLatest);
    UnixSeconds latest = 0;
    if (!bytes || bytes->size() != 8) return latest;
    for (const auto byte : *bytes) latest = (latest << 8) | byte;
    return latest;
}

}  // namespace rogatory::service
