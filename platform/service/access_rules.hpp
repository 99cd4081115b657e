#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/ports/parties.hpp"

namespace rogatory::service {

// How somebody comes in: what a Party's own rules are held against.
struct Circumstances {
    std::string address;   // as the socket has it
    bool browser = false;  // by the page's cookie, or with headers that browsers alone send
};

// "192.0.2.0/24", "2001:db8::/32", or one address. Of IPv6 at most /64: what is finer nobody here looks at.
class AddressRange {
public:
    // invalid_input "access.range" {range}.
    [[nodiscard]] static Result<AddressRange> parse(std::string_view text);
    [[nodiscard]] bool holds(std::string_view address) const;

private:
    std::string bytes_;  // 4 or 16, in network order
    unsigned bits_ = 0;
};

// Why one does not come in so, as an error's key: "access.address" or "access.native_only"; null when one does.
[[nodiscard]] const char* kept_out(const ports::PartyAccess& rules, const Circumstances& how);

}  // namespace rogatory::service
