#pragma once

#include "platform/agent/dossiers.hpp"
#include "platform/agent/state.hpp"

// Internal to platform/agent: authorities as people name them, and back.
namespace rogatory::agent {

// "PARTY" (its only authority, or its root) or "PARTY/authority" (name, kind, or the beginning of the id in hex), of a
// pinned Party. not_found "party.unknown" | "authority.unknown", forbidden "party.not_pinned", invalid_input
// "name.ambiguous".
Result<model::AuthorityRef> resolve_authority(Agent::State& state, std::string_view text);

[[nodiscard]] AuthorityLabel label_of(const Agent::State& state, const model::AuthorityRef& authority);
// "SEN/CENTIF"; the fingerprint's beginning where the Party is not known.
[[nodiscard]] std::string text_of(const AuthorityLabel& label);

}  // namespace rogatory::agent
