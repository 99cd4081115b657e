#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/service/chains.hpp"
#include "platform/service/page.hpp"

namespace rogatory::service {

// Where a Party stands on its way to working here, from what the server sees anyway: invitations, registers (which
// every member reads), accounts and counts.
struct BoardItem {
    PartyItem party;
    std::string stage;                   // created | invited | founded | live | succeeded
    std::string waits_for;               // what is missing next, the first that is; empty: nothing
    std::optional<UnixSeconds> since;    // it waits since then
    std::optional<UnixSeconds> seen_on;  // the newest sign-in of an access manager, to the month: its first second
    std::string recovery;                // of the root authority: parts | undrilled | kit | none
    std::uint64_t authorities{}, authorities_live{};
    std::uint64_t custodians{};  // of the root authority
    std::uint64_t pinned_by{};   // registers that hold its key checked, or list it as checked
    std::uint64_t bytes{}, quota{};
    bool own_quota{false};
    std::uint64_t sessions{};
};

// Whoever calls has asked permit().
[[nodiscard]] Page<BoardItem> list_board(Context& context, const PageRequest& page);

}  // namespace rogatory::service
