#pragma once

#include <functional>
#include <utility>

#include "platform/agent/people.hpp"
#include "platform/agent/state.hpp"

// Internal to platform/agent: keyrings and generations of one's own authority.
namespace rogatory::agent {

// One statement in one's own register, with the files it names: signed, judged as everybody will judge it, appended.
using RegisterBody = std::pair<record::Body, std::vector<SealedFile>>;
using MakeRegisterBody = std::function<Result<RegisterBody>()>;
Result<> append_to_register(Agent::State& state, const MakeRegisterBody& make);

// The keyring as it is, for these recipients: somebody joined, or has new keys.
Result<SealedFile> reseal_keyring(Agent::State& state, const std::vector<age::HybridRecipient>& recipients);

// The keyring with one more generation, made here.
struct NextGeneration {
    record::NewGeneration next;
    SealedFile keyring;
};
Result<NextGeneration> next_generation(Agent::State& state, const std::vector<age::HybridRecipient>& recipients);

// Whom a keyring of this authority is for: its members as they are now, one of them left out or with new keys, and the
// recovery recipient.
std::vector<age::HybridRecipient> keyring_audience(const Agent::State& state, const model::AuthorityId& authority,
                                                   std::optional<model::MemberId> without,
                                                   std::optional<age::HybridRecipient> with);

// From here on until every dossier has followed, a file in the profile says that a rotation is under way: a run that
// ends in between is remembered, and the next one says so.
Result<> begin_rotation(Agent::State& state);
void tell_rotation(const Agent::State& state);

// Starts an epoch on every dossier where this authority takes part and its grant has gone stale [leaver-reads-on].
Result<EpochOutcome> start_epochs(Agent& agent);

}  // namespace rogatory::agent
