#pragma once

#include "platform/base/bytes.hpp"
#include "platform/base/strong.hpp"
#include "platform/model/ids.hpp"

// The ids of statements, and two that never leave this server's own API.
namespace rogatory::ports {

using model::AttachmentId;
using model::AuthorityId;
using model::ChainId;
using model::Digest;
using model::InvitationId;
using model::MemberId;
using model::PartyId;
using model::StatementId;

using SessionId = Strong<struct SessionIdTag, ByteArray<16>>;
using UploadId = Strong<struct UploadIdTag, ByteArray<16>>;

}  // namespace rogatory::ports
