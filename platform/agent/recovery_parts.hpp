#pragma once

#include "platform/agent/recovery.hpp"
#include "platform/agent/state.hpp"
#include "platform/record/share_file.hpp"

// Internal to platform/agent: the parts of a recovery identity.
namespace rogatory::agent {

// An authority of one's own Party of whose recovery set one holds a part: by name or the beginning of its id; with an
// empty text the only one. not_found "recovery.not_a_holder", invalid_input "name.ambiguous".
Result<model::AuthorityId> held_authority(const Agent::State& state, std::string_view text);

[[nodiscard]] bool is_holder(const record::Register::Recovery& set, const record::RecoveryShare::Holder& holder);

// One's own part: the file that the statement names, opened by oneself, with the digest that the statement names.
// integrity "share.does_not_open" | "share.malformed" | "share.mismatch".
Result<record::ShareFile> own_share(Agent::State& state, const model::AuthorityId& authority);

// A part that somebody brought, under an age file to `identity`.
Result<record::ShareFile> open_share(ByteView file, const age::HybridIdentity& identity,
                                     const model::AuthorityId& authority);
// Which of the set's parts this is; nullptr: none of them.
[[nodiscard]] const record::RecoveryShare* part_of(const record::Register::Recovery& set,
                                                   const crypto::ShamirShare& share);

// The identity that the set names, from at least k of its parts. integrity "recovery.does_not_combine".
Result<age::HybridIdentity> combine_parts(const record::Register::Recovery& set,
                                          const std::vector<record::ShareFile>& parts);

// What a typed sheet says, if it is a part of this set. invalid_input "envelope.malformed" | "envelope.another".
Result<record::ShareFile> read_envelope(const record::Register& reg, const model::AuthorityId& authority,
                                        std::string_view text);

// Once a run, to the custodians of an authority: a holder left, or somebody is about to take it over.
void tell_recovery(const Agent::State& state);

// How a holder is named to people: "FIU/FIU-07".
[[nodiscard]] std::string holder_name(const record::Register& reg, const record::RecoveryShare::Holder& holder);

}  // namespace rogatory::agent
