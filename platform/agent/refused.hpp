#pragma once

#include "platform/agent/state.hpp"
#include "platform/record/statement.hpp"

// Internal to platform/agent: signed statements that the server said it refused.
namespace rogatory::agent {

// Kept: should it stand some day all the same, ChainCopy alarms.
Result<> remember_refused(Agent::State& state, const record::SignedStatement& statement);

// Before anything else is signed at the place of such a one, the person is asked. conflict "append.refused_before".
Result<> ask_about_refused(Agent::State& state, const record::Statement& next);

}  // namespace rogatory::agent
