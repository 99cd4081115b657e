#pragma once

#include "platform/agent/requests.hpp"
#include "platform/agent/state.hpp"
#include "platform/record/request_state.hpp"

// Internal to platform/agent: one step of a request's table of states.
namespace rogatory::agent {

// What the judge will say of the step and, where it cannot see into what is sealed, what every reader will: the words
// that the row of the table asks for, and obstacles that are this side's to name. forbidden "void.…". Asked before
// anything is sealed: files that were sent cannot be sent back.
Result<> require_step(const Agent::State& state, const record::RequestState& request, model::RequestStatus from,
                      model::RequestStatus to, const StatusOrder& order);

// What the requested State's own board says of the request (request_law.cpp).
Result<std::vector<LawFindingView>> law_findings(Agent::State& state, const RequestOrder& order);
Result<> require_law_reason(Agent::State& state, const RequestOrder& order);

}  // namespace rogatory::agent
