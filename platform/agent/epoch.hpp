#pragma once

#include <vector>

#include "platform/agent/state.hpp"

// Internal to platform/agent: dossier identities and the grants that hand them on.
namespace rogatory::agent {

// The chains of every dossier of the authority acted for, by the server's list: untrusted, and only a place to look.
Result<std::vector<model::ChainId>> own_dossiers(Agent::State& state);

// A fresh identity with a grant for each of these authorities at its current generation. No grant to an authority of a
// Party that is not pinned, whose register is incomplete, or whose generation does not count yet.
struct FreshEpoch {
    age::HybridIdentity identity;
    record::NewEpoch epoch;
    std::vector<SealedFile> grants;
};
struct EpochPlan {
    model::ChainId chain;
    std::uint64_t number = 1;
    std::vector<model::AuthorityRef> audience;
    model::StatementId policy_line;  // zeros where the statement that lists the grants sets the policy
};
Result<FreshEpoch> make_epoch(Agent::State& state, const EpochPlan& plan);

// One grant of an identity to an authority's current generation.
Result<std::pair<SealedFile, std::uint64_t>> make_grant(Agent::State& state, const model::ChainId& chain,
                                                        std::uint64_t epoch, const model::AuthorityRef& to,
                                                        const model::StatementId& policy_line,
                                                        const age::HybridIdentity& identity);

// The identity of one epoch, from the grants of one's own authority: digest, lines and derivation are checked, with
// exactly the one identity of the keyring that the statement names. forbidden "epoch.not_granted"; integrity
// "grant.*" when none of the grants holds; integrity "keyring.*" when that cannot be told, for the authority's own keys
// are not whole here; integrity "epoch.repeated" when a later epoch has the same identity.
Result<age::HybridIdentity> open_epoch(Agent::State& state, const DossierBook::Known& known, std::uint64_t epoch);

// Of an error of open_epoch: whether it shows, by what was signed, that whoever granted the key is at fault. Everything
// else is a colleague's doing (his keyring), the server's, or of the moment, and no receipt says it.
[[nodiscard]] bool is_grant_fault(const Error& error);

// Whether sealing to a Party is allowed: pinned, register complete, and what its key came with counts.
Result<> require_sealable(Agent::State& state, const model::AuthorityRef& to);

// `epoch_started` for the dossier as it is, with its identity.
struct StartedEpoch {
    record::SignedStatement statement;
    FreshEpoch fresh;
};
Result<StartedEpoch> compose_epoch_started(Agent::State& state, const DossierBook::Known& known,
                                           const record::Head& head);

// True when one was needed and appended.
Result<bool> start_epoch_if_stale(Agent::State& state, const model::ChainId& chain);

// The dossier as it must be before anything is sealed to its current epoch: that epoch not stale [leaver-reads-on], the
// history complete, every participant pinned. unavailable "log.not_yet_witnessed" until what was begun counts.
Result<DossierBook::Known*> ready_to_seal(Agent::State& state, const model::ChainId& chain);

}  // namespace rogatory::agent
