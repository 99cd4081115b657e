#pragma once

#include <vector>

#include "platform/agent/state.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// What a 201 hands out with each statement: its place, and the proof of it under the log's signature. integrity
// "append.proof", evidence kept. The checkpoints it was proven under are remembered for keep_to_promises().
Result<> check_answers(Agent::State& state, const std::vector<record::SignedStatement>& statements,
                       const std::vector<ports::remote::Appended>& answers);
// After the log was read again: the checkpoints that the server signed when it took statements are of the log it shows
// now. integrity "log.rolled_back", "log.forked".
Result<> keep_to_promises(Agent::State& state);

}  // namespace rogatory::agent
