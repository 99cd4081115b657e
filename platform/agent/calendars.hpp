#pragma once

#include <optional>

#include "platform/agent/agent.hpp"
#include "platform/casework/calendar.hpp"
#include "platform/model/ids.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// The working days that a Party published, by its own board, as of a day; nothing where it published none, or where
// its board cannot be taken as fact: its key was not checked, or a part of it is held back. unavailable: the line.
Result<std::optional<casework::Calendar>> published_calendar(Agent::State& state, const model::PartyId& party,
                                                             casework::Date day);

}  // namespace rogatory::agent
