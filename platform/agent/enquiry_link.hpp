#pragma once

#include "platform/agent/requests.hpp"
#include "platform/model/request_content.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// The enquiry that a request says it follows, as far as this reader has it.
Result<EnquiryLink> enquiry_link(Agent::State& state, const model::FollowedEnquiry& followed);

// Of a request that is about to be sent: the enquiry is this Party's own, and the requested State was asked.
Result<> require_asked(Agent::State& state, const model::FollowedEnquiry& followed,
                       const std::optional<model::AuthorityRef>& requested);

}  // namespace rogatory::agent
