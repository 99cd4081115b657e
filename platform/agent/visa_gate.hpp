#pragma once

#include "platform/agent/draft_plan.hpp"
#include "platform/agent/draft_versions.hpp"

// Internal to platform/agent: nothing leaves past a visa that is required.
namespace rogatory::agent {

// Asked last before anything is sealed for others, also of what an earlier run began. forbidden "visa.needed": not sent
// from a draft; "visa.not_given": nobody else approved this version; conflict "visa.differs": it is not what was
// approved.
Result<> require_visa(Agent::State& state, const DraftPlan& plan);

// Whether these are the recipients that a draft names; `code`: a State without an account that is one of them.
[[nodiscard]] bool are_recipients(const Agent::State& state, const record::SealedBody::Draft& draft,
                                  const std::vector<model::AuthorityRef>& to,
                                  const std::optional<model::PartyCode>& code);

}  // namespace rogatory::agent
