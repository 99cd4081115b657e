#pragma once

#include "platform/agent/state.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// The state file (protocol §5): what this person has verified, on this device and, through the server, on the others.
// Reads the kept ones and holds the log to each (integrity "log.rolled_back", "log.forked"); writes a new one where the
// log has grown. A missing, old or unreadable one costs reading, nothing else.
Result<> exchange_state_file(Agent::State& state);

}  // namespace rogatory::agent
