#include "web/api/caller.hpp"

#include "crypto/encoding/hex.hpp"
#include "platform/base/ensure.hpp"

namespace rogatory::api {

std::string SignedInCaller::log_id() const {
    if (principal_.account()) return "account-" + std::to_string(*principal_.account());
    if (principal_.invitation()) return "invitation-" + encoding::hex_encode(principal_.invitation()->value());
    return "unknown";
}

const service::Principal& principal_of(const http::Context& context) {
    const auto* const caller = dynamic_cast<const SignedInCaller*>(context.caller.get());
    ensure(caller != nullptr, "a route that needs a caller has one");
    return caller->principal();
}

}  // namespace rogatory::api
