#pragma once

#include "crypto/primitives/sha256.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/strong.hpp"

// Ids as they stand in statements (protocol §2, Encodings): raw bytes here, lower-case hex in JSON and text.
namespace rogatory::ports {

using crypto::Digest;

using ChainId = Strong<struct ChainIdTag, ByteArray<32>>;          // a dossier, a register, a receipt side chain
using StatementId = Strong<struct StatementIdTag, ByteArray<32>>;  // SHA-256 of the DSSE pre-authentication encoding
using PartyId = Strong<struct PartyIdTag, ByteArray<32>>;          // the id of its `founded` statement, its fingerprint
using AuthorityId = Strong<struct AuthorityIdTag, ByteArray<16>>;
using MemberId = Strong<struct MemberIdTag, ByteArray<16>>;
using InvitationId = Strong<struct InvitationIdTag, ByteArray<16>>;
using AttachmentId = Strong<struct AttachmentIdTag, ByteArray<16>>;

// Ids that never leave this server's own API.
using SessionId = Strong<struct SessionIdTag, ByteArray<16>>;
using UploadId = Strong<struct UploadIdTag, ByteArray<16>>;

}  // namespace rogatory::ports
