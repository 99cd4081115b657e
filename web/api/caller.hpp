#pragma once

#include <string>

#include "platform/service/principal.hpp"
#include "web/http/router.hpp"

namespace rogatory::api {

// A caller whose session was checked: the Principal that every use case asks for.
class SignedInCaller final : public http::Caller {
public:
    explicit SignedInCaller(service::Principal principal) : principal_{std::move(principal)} {}

    [[nodiscard]] const service::Principal& principal() const noexcept { return principal_; }
    [[nodiscard]] std::string log_id() const override;

private:
    service::Principal principal_;
};

// Ensures that the session stage let somebody through: a route of any access but none and ticket.
[[nodiscard]] const service::Principal& principal_of(const http::Context& context);

}  // namespace rogatory::api
