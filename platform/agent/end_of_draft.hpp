#pragma once

#include "platform/agent/draft_plan.hpp"

// Internal to platform/agent: what becomes of a kept draft while its transmissions are sent or given up one by one on
// this device, and when none of them is left.
namespace rogatory::agent {

// Where another transmission of the draft is still to be sent, it is noted that this one was sent. Else the draft is
// done with; or, where a transmission was given up, it stays for those who do not have it.
Result<> sent_of_draft(Agent& agent, const DraftPlan& plan);
// The plan is still there.
Result<> given_up_of_draft(Agent& agent, const DraftPlan& plan);
// What was noted, once the last plan is removed: before, an interruption would have the draft ended as if nothing were
// known.
Result<> forget_of_draft(const Agent::State& state, const DraftPlan& removed);

}  // namespace rogatory::agent
