#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/agent/seal.hpp"

// Internal to platform/agent: sending, whatever it is that is sent.
namespace rogatory::agent {

// An officer of an authority that more than one person can still open tomorrow (protocol §7, live).
Result<> require_may_send(Agent::State& state);

struct Recipient {
    model::AuthorityRef to;
    std::string text;  // "SEN/CENTIF"
};
// Each once, and able to receive now; what resolve_authority() and require_sealable() refuse, and invalid_input
// "send.to_oneself".
Result<std::vector<Recipient>> recipients_of(Agent::State& state, const std::vector<std::string>& texts);

// A person's own files, or what a kept draft has sealed already; texts are normalised.
struct Contents {
    std::string title;
    std::string message;
    PolicyOrder policy;
    bool together = false;
    std::function<Result<std::vector<OutgoingFile>>()> files;  // for each dossier anew
    bool from_pipe = false;                                    // can be read once
    std::optional<model::ChainId> closes;                      // the kept draft that is done with then
};
Result<std::vector<Sent>> send_to(Agent& agent, const std::vector<Recipient>& recipients, const Contents& order);

// Kept by the authority acted for, and by nobody else: it opened the dossier, and nobody else was ever let in, be it
// out again. What another authority of the Party opened, or was let in to, is a file like any other: it is shown in the
// list, and nothing in it is opened, sent or withdrawn as a draft.
[[nodiscard]] bool is_own_draft(const Agent::State& state, const record::Dossier& dossier);

// Of a kept draft, sent or not wanted any more: what it sealed leaves the server, and it takes nothing more.
Result<> discard_draft(Agent& agent, const model::ChainId& chain);

}  // namespace rogatory::agent
