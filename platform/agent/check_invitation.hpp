#pragma once

#include <optional>
#include <string>

#include "crypto/tlog/merkle.hpp"
#include "platform/agent/enrol.hpp"
#include "platform/record/invitation.hpp"
#include "platform/record/register_bodies.hpp"

// Internal to platform/agent: what an invitee checks before he makes a key.
namespace rogatory::agent {

// Everything an invitee can know before he makes a key: the card under the code's seal, the log under the card's
// policy, the register under both, and the sheet if there is one (protocol §6, Invitation).
struct CheckedInvitation {
    record::WelcomeCard card;
    std::optional<record::Invited> invited;  // nothing: of an authority that is to be recovered
    tlog::TreeHead log_head;
};

enum class Invitee { new_here, known_here };

Result<CheckedInvitation> check_invitation(Environment& environment, const EnrolmentOrder& order,
                                           const ports::remote::Redeemed& redeemed,
                                           const record::InvitationSecrets& secrets, Invitee invitee);

// What he is shown of it.
Result<Welcome> welcome_of(const std::string& server, const ports::remote::Redeemed& redeemed,
                           const record::WelcomeCard& card);

}  // namespace rogatory::agent
