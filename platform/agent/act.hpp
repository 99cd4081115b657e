#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "platform/agent/state.hpp"
#include "platform/record/sealed_body.hpp"

// Internal to platform/agent: one statement of a dossier beside its entries.
namespace rogatory::agent {

// A statement to be, with the files that travel with it and what it says under seal.
struct Act {
    record::Body body;
    std::vector<SealedFile> files;
    std::optional<record::SealedBody> content;      // texts only; chain, author and nonce are filled in
    std::optional<age::HybridRecipient> sealed_to;  // of the epoch it begins; else the current one
};
using MakeAct = std::function<Result<Act>(const DossierBook::Known&)>;

// Made anew from the verified dossier as often as somebody else was quicker. What would have no effect is not sent:
// the same judge says so here, in words, before anybody else does.
Result<> append_act(Agent& agent, const Hash& chain, const MakeAct& make);

}  // namespace rogatory::agent
