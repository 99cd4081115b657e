#pragma once

#include <vector>

#include "platform/agent/library.hpp"
#include "platform/agent/state.hpp"

// Internal to platform/agent: whom the library is for.
namespace rogatory::agent {

[[nodiscard]] inline bool is_library(const record::Dossier& dossier) {
    return dossier.opened() && dossier.kind() == record::DossierKind::library;
}

// Every authority that can be given a key now, one's own not among them; and whom that leaves out.
struct Audience {
    std::vector<model::AuthorityRef> able;  // sorted
    std::vector<LeftOut> left_out;
};
Result<Audience> every_authority(Agent::State& state);

// Of these, who reads nothing of the current epoch. A revoked one is not asked back in.
[[nodiscard]] std::vector<model::AuthorityRef> lacking(const record::Dossier& dossier, const Audience& audience);

// The library among the dossiers of the authority acted for.
Result<std::vector<model::ChainId>> library_dossiers(Agent::State& state);

}  // namespace rogatory::agent
