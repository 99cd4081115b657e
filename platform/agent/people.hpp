#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/agent.hpp"

namespace rogatory::agent {

struct MemberView {
    Id member{};
    std::string display_name;
    std::string role;  // "reader" | "officer" | "custodian"
    bool self = false;
    bool service = false;  // a machine
};

struct InvitationMade {
    Id invitation{};
    std::string code;  // to hand over outside the platform
    UnixSeconds not_after = 0;
};

struct PendingInvitation {
    Id invitation{};
    std::string kind;  // "member" | "authority" | "rekey"
    std::string role;
    std::string state;  // "open" | "answered" | "expired" | "cancelled" | "spent"
    UnixSeconds not_after = 0;
    std::string display_name;       // answered only
    std::string comparison_digits;  // answered and verified only
    bool comparison_required = false;
    std::string problem;  // key of the error when the answer does not verify
    bool service = false;
};

struct EpochOutcome {                                       // what a removal or a rekey did to the dossiers
    std::size_t dossiers = 0;                               // of the authority
    std::vector<Hash> started;                              // new epoch
    std::vector<std::pair<Hash, std::string>> not_started;  // with the key of the error; run again
};

Result<std::vector<MemberView>> members(Agent& agent);
// Members of one's own authority who wait to come in by their recovery sheet alone, or who have lately, as the server
// says. To custodians.
struct KitAttemptView {
    Id member{};
    std::string display_name;
    bool self = false;
    UnixSeconds since = 0;
    UnixSeconds available_at = 0;
    UnixSeconds used_at = 0;  // 0: it waits
};
Result<std::vector<KitAttemptView>> kit_attempts(Agent& agent);
enum class Invited { person, service };
Result<InvitationMade> invite_member(Agent& agent, std::string_view role, std::int64_t hours,
                                     Invited whom = Invited::person);
// For a member who lost everything: spends into member_rekeyed (lost), a new generation. A service is replaced instead
// (invalid_input "member.service_rekey"): what opens its account lies on a machine.
Result<InvitationMade> invite_again(Agent& agent, const Id& member, std::int64_t hours);
// A custodian of the root authority invites the first custodian of an authority that does not exist yet.
Result<InvitationMade> add_authority(Agent& agent, std::string_view name, std::string_view kind, std::int64_t hours);
Result<std::vector<PendingInvitation>> pending_invitations(Agent& agent);
// `digits` as read out by the invitee, or empty where no comparison is required ("invitation.digits_needed" else).
Result<EpochOutcome> approve_invitation(Agent& agent, const Id& invitation, std::string_view digits);
Result<> cancel_invitation(Agent& agent, const Id& invitation);
Result<EpochOutcome> remove_member(Agent& agent, const Id& member);
// A device with somebody's keys was stolen, and he stays: his keys end at once, and he is invited as a new member in
// the same role. (A rekey would wait for his answer; till then whoever has the device would read on.)
struct StolenDevice {
    EpochOutcome epochs;
    InvitationMade invitation;
};
Result<StolenDevice> replace_member(Agent& agent, const Id& member, std::int64_t hours);
Result<> set_member_role(Agent& agent, const Id& member, std::string_view role);
// New own keys (reason rotated), signed by the old one.
Result<> rekey_self(Agent& agent, std::string_view passphrase);
// New generation of one's own authority, and epochs where it takes part.
Result<EpochOutcome> rekey_authority(Agent& agent);

// By prefix of the id in hex, or display name; `not_found` or `invalid_input` (key "name.ambiguous").
Result<Id> find_member(Agent& agent, std::string_view text);
Result<Id> find_invitation(Agent& agent, std::string_view text);

}  // namespace rogatory::agent
