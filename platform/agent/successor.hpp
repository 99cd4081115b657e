#pragma once

#include <optional>
#include <string>

#include "platform/agent/state.hpp"

// Internal to platform/agent: two registers of one code.
namespace rogatory::agent {

struct Successor {
    model::PartyId party;
    std::string note_verbale;
};
// The register that says it follows this Party, of the same code; verified, found by the server's directory. Two
// founded ids of a code of which none says so: integrity "pin.two_fingerprints", both kept as evidence.
Result<std::optional<Successor>> successor_of(Agent::State& state, const record::Register& reg);

// Whether what this Party signed may be opened: it is pinned, or the pinned Party of its code says that it follows it.
// Nothing is sealed to it any more in the second case. By registers already read.
[[nodiscard]] bool may_read_of(const Agent::State& state, const model::PartyId& party);

// Reads the registers on which may_read_of() rests for the participants of a dossier.
Result<> read_successors(Agent::State& state, const record::Dossier& dossier);

}  // namespace rogatory::agent
