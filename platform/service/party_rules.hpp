#pragma once

#include <optional>
#include <vector>

#include "platform/ports/store.hpp"
#include "platform/service/principal.hpp"
#include "platform/service/second_factor.hpp"
#include "platform/service/settings.hpp"

// What the rules of all the Parties of one person come to.
namespace rogatory::service {

struct Held {
    UnixSeconds idle;  // the shortest of the server's and of all his Parties'
    UnixSeconds absolute;
    const char* barred = nullptr;    // why, where no membership is left
    std::vector<WayBack> ways_back;  // whatever second factor he has shown
};
// Memberships whose Party's rules keep him out as he comes are marked as suspended.
[[nodiscard]] Held hold_to_rules(const ports::Repositories& repositories, const Settings& settings,
                                 const Circumstances& how, std::vector<Membership>& memberships);

// Kinds of second factor that none of his Parties refuses.
struct AcceptedFactors {
    bool code{true};
    bool passkey{true};

    void hold_to(const ports::PartyAccess& rules) noexcept {
        code = code && !rules.totp_refused;
        passkey = passkey && !rules.passkey_refused;
    }
    [[nodiscard]] bool take(const SecondFactor& answer) const noexcept {
        return answer.passkey ? passkey : !answer.totp || code;
    }
    // Of somebody who has these.
    [[nodiscard]] bool leave_one(bool has_code, bool has_passkey) const noexcept {
        return (code && has_code) || (passkey && has_passkey);
    }
};
[[nodiscard]] AcceptedFactors accepted_factors(const ports::Repositories& repositories, std::int64_t account);
// Of a Party that he would be of.
[[nodiscard]] AcceptedFactors accepted_factors(const ports::Repositories& repositories,
                                               const std::optional<ports::ChainId>& register_chain);

}  // namespace rogatory::service
