#pragma once

#include <functional>

#include "platform/agent/invitation_code.hpp"
#include "platform/agent/people.hpp"
#include "platform/agent/state.hpp"

// Internal to platform/agent: invitations that stand although nobody has seen their code yet, because the answer to
// them was lost. The code lies on the device as the server has it: sealed to its inviter.
namespace rogatory::agent {

// Of a draft that was sent again and stands; nothing where it is no invitation. The person is told that it stands, or,
// where the code opens with none of his keys any more, that he has to cancel it and invite again.
Result<> keep_invited(const Agent::State& state, const Package& package);

// The first of them that may still be answered and that `wanted` takes, with its code; it is not kept any longer.
using Wanted = std::function<bool(const record::Invited&, const KeptCode&)>;
Result<std::optional<InvitationMade>> take_invited(const Agent::State& state, const Wanted& wanted);

// Of an invitation that was cancelled.
Result<> forget_invited(ports::ProfileStore& profile, const model::InvitationId& invitation);

}  // namespace rogatory::agent
