#include "platform/service/party_audit.hpp"

#include <algorithm>

#include "platform/base/try.hpp"
#include "platform/service/access.hpp"
#include "platform/service/context_state.hpp"

namespace rogatory::service {

namespace {

AuditItem item_of(ports::AuditRow row, std::uint64_t number) {
    return {number, row.at, std::move(row.actor), std::move(row.action), std::move(row.object), std::move(row.outcome)};
}

std::size_t size_of(std::size_t limit, std::size_t most) { return std::clamp<std::size_t>(limit, 1, most); }

}  // namespace

Result<AuditStretch> PartyAudit::of_party(const Principal& principal, const std::string& party, std::uint64_t after,
                                          std::size_t limit) {
    const Membership* own = nullptr;
    for (const auto& membership : principal.memberships()) {
        if (membership.party_code != party || membership.suspended || !membership.root_authority) continue;
        const bool better = own == nullptr || (!own->service && membership.role > own->role) || membership.service;
        if (better) own = &membership;
    }
    ROGATORY_TRY_VOID(permit(principal, Act::read_party_audit, own == nullptr ? Tie::none : Tie::root_of_party,
                             own == nullptr ? std::nullopt : std::optional{own->role}));
    const auto size = size_of(limit, context_.settings.max_page);
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<AuditStretch> {
        AuditStretch stretch;
        for (auto& line : repositories.journal().party_audit_after(party, after, size)) {
            // The file, the piece: which of its authorities deals with what is each authority's own.
            const bool others = line.authority && principal.membership_in(*line.authority) == nullptr;
            stretch.items.push_back(item_of(std::move(line.row), line.number));
            if (others) stretch.items.back().object.clear();
        }
        stretch.newest = repositories.journal().newest_audit(party);
        return stretch;
    });
}

Result<AuditStretch> PartyAudit::of_platform(const Principal& principal, std::uint64_t after, std::size_t limit) {
    ROGATORY_TRY_VOID(permit(principal, Act::audit));
    const auto size = size_of(limit, context_.settings.max_page);
    return context_.store.read([&](const ports::Repositories& repositories) -> Result<AuditStretch> {
        AuditStretch stretch;
        for (auto& row : repositories.journal().audit_after(after, size)) {
            const auto number = row.sequence;
            stretch.items.push_back(item_of(std::move(row), number));
        }
        stretch.newest = repositories.journal().newest_audit(std::nullopt);
        return stretch;
    });
}

}  // namespace rogatory::service
