#pragma once

#include <string>
#include <string_view>

#include "platform/agent/environment.hpp"

namespace rogatory::agent {

struct FounderInvitation {
    Id invitation{};
    Id member{};
    std::string code;
    UnixSeconds not_after = 0;
};

// The administrator's client draws the code of a Party's very first invitation; the server gets SHA-256(redeem) only.
// `anew`: the Party lost every key and founds a register that follows the one it has.
enum class FoundingKind { first, anew };
Result<FounderInvitation> invite_founder(Environment& environment, std::string_view party_code, std::int64_t days,
                                         FoundingKind founding = FoundingKind::first);

}  // namespace rogatory::agent
