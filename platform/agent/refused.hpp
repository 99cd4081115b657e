#pragma once

#include "platform/agent/state.hpp"
#include "platform/record/statement.hpp"

// Internal to platform/agent: signed statements that the server said it refused, or of which nobody knows yet.
namespace rogatory::agent {

// Kept: should it stand some day all the same, ChainCopy alarms.
Result<> remember_refused(Agent::State& state, const record::SignedStatement& statement);

// The own Party's rules keep one out as one comes now: no answer about what was sent, only about the moment.
[[nodiscard]] inline bool is_kept_out(const Error& error) {
    return error.key() == "access.address" || error.key() == "access.certificate" ||
           error.key() == "access.native_only";
}

// Nothing that was signed still waits for an answer: what it may have done is not undone, and not signed again.
// unavailable "append.unsettled", with a notice of what waits.
Result<> require_nothing_waits(Agent::State& state);

// Before anything else is signed at the place of such a one, the person is asked. conflict "append.refused_before".
Result<> ask_about_refused(Agent::State& state, const record::Statement& next);

}  // namespace rogatory::agent
