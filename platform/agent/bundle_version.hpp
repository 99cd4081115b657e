#pragma once

#include <cstdint>

#include "platform/base/result.hpp"
#include "platform/ports/profile_store.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// The highest version of the user bundle that this device has opened or written: a number, no secret. 0 before any.
[[nodiscard]] Result<std::uint64_t> seen_bundle_version(const ports::ProfileStore& profile);
// Never lowers it.
[[nodiscard]] Result<> saw_bundle_version(ports::ProfileStore& profile, std::uint64_t version);

}  // namespace rogatory::agent
