#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/ports/invitations.hpp"
#include "platform/service/append.hpp"
#include "platform/service/context.hpp"
#include "platform/service/principal.hpp"

namespace rogatory::service {

struct InvitationRequest {
    AppendRequest append;  // the `invited` statement (and whatever goes with it)
    ports::InvitationId invitation;
    ports::Digest redeem_sha256{};
    Bytes card;       // sealed welcome card
    Bytes kept_code;  // age file of the inviter to himself
};

struct InvitationItem {
    ports::InvitationId invitation;
    ports::AuthorityId authority;
    std::string role;   // reader | officer | custodian
    std::string state;  // open | answered | spent | cancelled | expired
    UnixSeconds not_after{};
    std::optional<Bytes> record;     // once answered
    std::optional<Bytes> mac;        // once answered
    std::optional<Bytes> kept_code;  // to its inviter only
};

// What its reader may see of a stored one: the kept code is its inviter's alone.
[[nodiscard]] InvitationItem invitation_item(ports::InvitationRow row, const Principal& principal, UnixSeconds now);

class Invitations {
public:
    explicit Invitations(Context& context) : context_{context} {}

    // POST invitations: the statement and what the server must hold for it, in one transaction.
    [[nodiscard]] Result<std::vector<Appended>> invite(const Principal& principal, const InvitationRequest& request);

    // GET invitations?authority=: to custodians of that authority (and of the root authority for one that is not there
    // yet).
    [[nodiscard]] Result<std::vector<InvitationItem>> list(const Principal& principal, ports::AuthorityId authority);

    // DELETE invitations/{id}: by a custodian of the authority; ends its sessions; a spent one is conflict.
    [[nodiscard]] Result<> cancel(const Principal& principal, ports::InvitationId invitation);

private:
    Context& context_;
};

}  // namespace rogatory::service
