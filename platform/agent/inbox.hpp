#pragma once

#include "platform/agent/content_cache.hpp"
#include "platform/agent/dossiers.hpp"
#include "platform/agent/state.hpp"

// Internal to platform/agent: verified dossiers as people see them.
namespace rogatory::agent {

[[nodiscard]] EntryView view_of_entry(Agent::State& state, DossierBook::Known& known, const ContentCache& cache,
                                      const record::Dossier::Item& item);
Result<DossierView> view_of_dossier(Agent::State& state, DossierBook::Known& known);

}  // namespace rogatory::agent
