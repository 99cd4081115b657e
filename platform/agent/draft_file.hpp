#pragma once

#include "platform/agent/state.hpp"

// Internal to platform/agent: a signed package as it lies on the device until it is settled.
namespace rogatory::agent {

// Nothing in it is secret: statements and sealed files as they go to the server, and of an invitation the digest, the
// card under the code's key and the code as an age file to the inviter, which go there, too.
[[nodiscard]] Bytes encode_draft(const Package& package);
Result<Package> decode_draft(ByteView bytes);  // invalid_input "draft.damaged"

// What is kept of something to be sent cannot be read.
[[nodiscard]] tl::unexpected<Error> draft_damaged();

}  // namespace rogatory::agent
