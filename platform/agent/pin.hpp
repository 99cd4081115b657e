#pragma once

#include <optional>

#include "platform/agent/parties.hpp"
#include "platform/agent/state.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// Which Party is the Registry, as this Party sees it: what it remembers of its founding sheet; the Registry itself is
// the one whose first sheet named none.
Result<std::optional<model::PartyId>> registry_of(Agent::State& state);

}  // namespace rogatory::agent
