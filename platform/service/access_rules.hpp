#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"
#include "platform/ports/parties.hpp"

namespace rogatory::service {

// How somebody comes in: what a Party's own rules are held against.
struct Circumstances {
    std::string address;   // as the socket has it
    bool browser = false;  // by the page's cookie, or with headers that browsers alone send
    // What the client showed in the handshake, DER, its own certificate first. Null: nothing.
    std::shared_ptr<const std::vector<Bytes>> chain{};
    bool bound = false;  // the session began with that very certificate
    UnixSeconds at = 0;

    // Of the client's own certificate; absent: none.
    [[nodiscard]] std::optional<ports::Digest> certificate() const;
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

// Why one does not come in so, as an error's key: "access.address", "access.certificate" or "access.native_only"; null
// when one does.
[[nodiscard]] const char* kept_out(const ports::PartyAccess& rules, const Circumstances& how);

}  // namespace rogatory::service
