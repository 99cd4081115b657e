#pragma once

#include "platform/agent/state.hpp"
#include "platform/record/sealed_body.hpp"

// Internal to platform/agent: what a kept draft says, entry by entry.
namespace rogatory::agent {

// The entry of a draft of the authority acted for. not_found "draft.unknown", "entry.unknown".
Result<record::Dossier::Item> kept_item(Agent::State& state, const model::ChainId& chain, std::uint64_t seq);

// What it says: from what was read here before, or opened now, with the receipt of anything that is read. Refuses what
// get() reports as missing, under the same keys.
Result<record::SealedBody> kept_body(Agent::State& state, const model::ChainId& chain,
                                     const record::Dossier::Item& item);

}  // namespace rogatory::agent
