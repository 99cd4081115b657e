#pragma once

#include <string_view>

#include "platform/base/result.hpp"
#include "platform/service/context.hpp"
#include "platform/service/principal.hpp"

namespace rogatory::service {

// Turns a bearer token into a Principal: the only way to get one.
class Authenticator {
public:
    explicit Authenticator(Context& context) : context_{context} {}

    // `token` as it stands after "Bearer ". Reads session, account and memberships from storage every time, so that
    // removal and suspension end a session with the next request. unauthenticated (one error for every cause) when the
    // session is unknown, ended, idle for 15 minutes, older than 12 hours, or its account is suspended.
    //
    // `how` is held against the rules of each Party of which he is a member: one whose rules keep him out is as if it
    // were suspended, and where all of them do so: forbidden "access.address" or "access.native_only". Who is at
    // another address, may set such a rule anew and has just signed in there with a second factor is given a Principal
    // of scope `rules` instead, of his kit's session that one.
    [[nodiscard]] Result<Principal> authenticate(std::string_view token, const Circumstances& comes = {});

    // Whether that session goes on, for what lasts longer than a request; this is no use of it, so that it may become
    // idle.
    [[nodiscard]] bool goes_on(const Principal& principal);

private:
    Context& context_;
};

}  // namespace rogatory::service
