#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "platform/model/policy.hpp"
#include "platform/record/dossier.hpp"
#include "platform/record/sealed_body.hpp"
#include "platform/record/statement.hpp"

// The sealed half of restrictions, for whoever has opened it.
namespace rogatory::record {

// The items whose sealed halves bind this one: the policy statement in force when it was appended, and every later one.
[[nodiscard]] std::vector<model::StatementId> policy_items_for(const Dossier& dossier, const Dossier::Item& item);

// A sealed body that was opened and checked against its statement; nullptr: not known.
using OpenedBodies = std::function<const SealedBody*(const model::StatementId&)>;

// What is in force for an item: the union of the policy statements that bind it and its own; what its owner released it
// to instead. `effective` are the effective statements of the chain, in order. Nothing: some half is not known.
[[nodiscard]] std::optional<model::Caveats> caveats_in_force(const Dossier& dossier,
                                                             const std::vector<const SignedStatement*>& effective,
                                                             const Dossier::Item& item, const OpenedBodies& bodies);

}  // namespace rogatory::record
