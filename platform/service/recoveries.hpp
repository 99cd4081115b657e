#pragma once

#include <string>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/service/context.hpp"
#include "platform/service/invitations.hpp"
#include "platform/service/principal.hpp"

namespace rogatory::service {

// What a holder leaves for the one who is to take over an authority that lost its custodians.
struct RecoveryRequest {
    ports::AuthorityId authority;
    ports::InvitationId invitation;
    ports::MemberId member;  // fresh: whom the new custodian will be
    UnixSeconds not_after{};
    ports::Digest redeem_sha256{};
    Bytes card;
    Bytes kept_code;
};

// Protocol §7, Lost authority: nobody of it can invite any more, so whoever holds a part of its recovery key may. It
// decides nothing: the register admits the candidate by k approvals, 72 hours and his own statement, or not at all.
class Recoveries {
public:
    explicit Recoveries(Context& context) : context_{context} {}

    // POST recoveries: by a holder of the authority's recovery set in force. not_found when he holds no part of it.
    [[nodiscard]] Result<> begin(const Principal& principal, const RecoveryRequest& request);

    // GET recoveries?authority=: to its holders, its custodians, and to a candidate his own row alone.
    [[nodiscard]] Result<std::vector<InvitationItem>> list(const Principal& principal, ports::AuthorityId authority);

private:
    Context& context_;
};

}  // namespace rogatory::service
