#pragma once

#include "platform/service/authenticator.hpp"
#include "web/middleware/stage.hpp"

namespace rogatory::middleware {

// Who calls, and whether he may call this route at all. No session: 401. A session of another kind than the route
// wants: the reply of a path that does not exist.
class Session final : public Stage {
public:
    explicit Session(service::Authenticator& authenticator) : authenticator_{authenticator} {}
    [[nodiscard]] std::optional<http::Response> on_head(const http::Request&, http::Context&,
                                                        const http::Route*) override;

private:
    service::Authenticator& authenticator_;
};

// Whether a session of this scope and kind may call a route of this access.
[[nodiscard]] bool may_call(http::Access access, service::Scope scope, service::AccountKind kind);

}  // namespace rogatory::middleware
