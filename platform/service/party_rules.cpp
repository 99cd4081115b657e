#include "platform/service/party_rules.hpp"

#include <algorithm>
#include <string_view>

#include "platform/service/session_start.hpp"

namespace rogatory::service {
namespace {

// From where, and without the certificate with which, his Party lets nobody in he may set its rules anew: otherwise a
// State whose addresses change, or whose certificates end, would be shut out for good. Who is kept out for his browser
// has the program.
bool may_set_anew(const Membership& membership, std::string_view barred) {
    return (barred == "access.address" || barred == "access.certificate") && membership.root_authority &&
           !membership.service && membership.role == Role::custodian;
}

}  // namespace

Held hold_to_rules(const ports::Repositories& repositories, const Settings& settings, const Circumstances& how,
                   std::vector<Membership>& memberships) {
    Held held{settings.session_idle, settings.session_absolute, nullptr, {}};
    bool left = false;
    const char* why = nullptr;
    for (auto& membership : memberships) {
        if (membership.suspended) continue;
        if (const auto rules = repositories.parties().access(membership.register_chain)) {
            held.idle = std::min(held.idle, rules->session_idle);
            held.absolute = std::min(held.absolute, rules->session_absolute);
            if (const auto* const reason = kept_out(*rules, how)) {
                if (may_set_anew(membership, reason)) held.ways_back.push_back({membership, reason});
                membership.suspended = true;
                why = reason;
                continue;
            }
        }
        left = true;
    }
    if (!left) held.barred = why;
    return held;
}

AcceptedFactors accepted_factors(const ports::Repositories& repositories, std::int64_t account) {
    AcceptedFactors accepted;
    for (const auto& membership : live_memberships(repositories, account)) {
        if (membership.suspended) continue;
        if (const auto rules = repositories.parties().access(membership.register_chain)) accepted.hold_to(*rules);
    }
    return accepted;
}

AcceptedFactors accepted_factors(const ports::Repositories& repositories,
                                 const std::optional<ports::ChainId>& register_chain) {
    AcceptedFactors accepted;
    const auto rules = register_chain ? repositories.parties().access(*register_chain) : std::nullopt;
    if (rules) accepted.hold_to(*rules);
    return accepted;
}

}  // namespace rogatory::service
