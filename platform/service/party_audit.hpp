#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/service/administration.hpp"
#include "platform/service/context.hpp"
#include "platform/service/principal.hpp"

namespace rogatory::service {

// A stretch of an audit trail, oldest first: whoever asks again after its last number skips nothing, however many wrote
// meanwhile.
struct AuditStretch {
    std::vector<AuditItem> items;  // their numbers follow one another without gaps
    std::uint64_t newest{};        // of the trail at that moment; there is more when it is beyond the last item's
};

// What a State's or body's own monitoring may read of the audit trail.
class PartyAudit {
public:
    explicit PartyAudit(Context& context) : context_{context} {}

    // GET audit: of the Party's own trail, numbered for it alone. To the access managers of its root authority and to
    // the services that they admitted there. What another of its authorities acted upon is not named.
    [[nodiscard]] Result<AuditStretch> of_party(const Principal& principal, const std::string& party,
                                                std::uint64_t after, std::size_t limit);
    // GET admin/audit?after=: of the whole trail, to administrators and auditors.
    [[nodiscard]] Result<AuditStretch> of_platform(const Principal& principal, std::uint64_t after, std::size_t limit);

private:
    Context& context_;
};

}  // namespace rogatory::service
