#pragma once

#include "crypto/age/hybrid.hpp"
#include "platform/base/result.hpp"
#include "platform/model/party.hpp"
#include "platform/record/invitation.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// What the inviter keeps of an invitation, as an age file to himself on the server: the code, and what an authority
// that does not exist yet is to be called.
//
//   # rogatory/v1/kept-code
//   # authority-kind: fiu
//   # authority-name: CENTIF
//   XXXX-XXXX-…
struct KeptCode {
    record::InvitationCode code;
    model::AuthorityKind authority_kind{};
    model::DisplayName authority_name;
};
[[nodiscard]] Bytes seal_kept_code(const KeptCode& kept, const age::HybridRecipient& self);
// integrity "invitation.kept_code" whatever is wrong. Whoever reads it back compares the code's commit with the
// register: an age file proves nothing about who made it.
Result<KeptCode> open_kept_code(ByteView file, const age::HybridIdentity& self);

}  // namespace rogatory::agent
