// Ids of different things do not mix.
#include "platform/ports/ids.hpp"

using namespace rogatory::ports;

namespace {
[[maybe_unused]] bool withdraw(AttachmentId attachment, InvitationId invitation) {
    return attachment.value() != invitation.value();
}
}  // namespace

void use(AttachmentId attachment, InvitationId invitation, AuthorityId authority, rogatory::ByteArray<16> raw) {
    withdraw(attachment, invitation);
#if MUST_FAIL == 1  // two ids swapped
    withdraw(invitation, attachment);
#elif MUST_FAIL == 2  // an id of another thing
    withdraw(attachment, InvitationId{authority});
#elif MUST_FAIL == 3  // comparing ids of different things
    (void)(attachment == authority);
#elif MUST_FAIL == 4  // raw bytes are no id until somebody says so
    withdraw(raw, invitation);
#endif
    (void)authority;
    (void)raw;
}
