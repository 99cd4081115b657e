#pragma once

#include <map>
#include <optional>

#include "platform/agent/state.hpp"
#include "platform/record/sealed_body.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// What this person has opened of a dossier (titles, messages, names of files), by statement: one age file to the user
// in the profile, so that a list need not open anything. Only bodies that were checked against their statement get in.
class ContentCache {
public:
    static Result<ContentCache> load(const Agent::State& state, const model::ChainId& chain);
    [[nodiscard]] const record::SealedBody* find(const model::StatementId& id) const;
    void put(const model::StatementId& id, record::SealedBody body);
    Result<> save(const Agent::State& state) const;

private:
    explicit ContentCache(model::ChainId chain) : chain_{chain} {}
    model::ChainId chain_;
    std::map<model::StatementId, record::SealedBody> bodies_;
};

// The sealed half in force for an item, as far as it has been opened: the union of the policy statements that bind it
// and its own; what its owner released it to instead. Absent: some half is not known.
std::optional<model::Caveats> caveats_in_force(const DossierBook::Known& known, const ContentCache& cache,
                                               const record::Dossier::Item& item);
// The items whose sealed halves bind this one.
std::vector<model::StatementId> policy_items_for(const DossierBook::Known& known, const record::Dossier::Item& item);

}  // namespace rogatory::agent
