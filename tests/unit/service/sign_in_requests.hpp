#pragma once

#include <string>
#include <string_view>

#include "crypto/password.hpp"
#include "platform/service/totp.hpp"
#include "tests/unit/service/fixture.hpp"

// How somebody asks to be let in, and what he is told.
namespace rogatory::tests {

inline service::SignInRequest request_for(ServerFixture& f, const Official& official,
                                          service::SignInKey with = service::SignInKey::sign_in) {
    service::SignInRequest request;
    request.user_name = official.user_name;
    request.challenge = f.services->sign_in.challenge(official.user_name, "192.0.2.7").value().challenge;
    request.with = with;
    const auto& key = with == service::SignInKey::kit ? official.kit_key : official.sign_in_key;
    request.signature =
        key.sign(crypto::sign_in_text("https://test.example", official.user_name, request.challenge)).value();
    if (with == service::SignInKey::sign_in) request.totp = service::totp_code(official.totp, f.clock.now());
    return request;
}

inline std::string outcome(ServerFixture& f, const service::SignInRequest& request,
                           std::string_view from = "192.0.2.7") {
    const auto answer = f.services->sign_in.sign_in(request, from);
    if (!answer) return answer.error().key();
    return std::holds_alternative<service::SignedIn>(*answer) ? "signed in" : "wait";
}

}  // namespace rogatory::tests
