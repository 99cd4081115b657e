#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "crypto/webauthn/ceremony.hpp"
#include "platform/ports/store.hpp"
#include "platform/service/context.hpp"

namespace rogatory::service {

// What somebody answers who is asked for a second factor: a code, or a passkey's signature over the challenge of the
// same request.
struct SecondFactor {
    std::optional<std::string> totp;
    std::optional<webauthn::Assertion> passkey;

    [[nodiscard]] bool given() const noexcept { return totp || passkey; }
};

// What an answer is worth; found out by reading alone.
struct ProvenFactor {
    enum class Outcome { wrong, right, counter_went_back };
    Outcome outcome{Outcome::wrong};
    std::int64_t totp_counter{};
    std::optional<ports::PasskeyRow> passkey;
    webauthn::Asserted asserted;

    [[nodiscard]] bool right() const noexcept { return outcome == Outcome::right; }
};
// `challenge`: ours and not expired, which the caller sees to. A code is compared whatever the account has, so that it
// takes the same time.
[[nodiscard]] ProvenFactor prove(Context& context, const ports::Repositories& repositories,
                                 const ports::AccountRow& account, ByteView challenge, const SecondFactor& answer);

// Notes within a write that it was used: a code is good once, a counter goes up. False: another request came first.
[[nodiscard]] bool spend(Context& context, ports::Repositories& repositories, const ports::AccountRow& account,
                         const ProvenFactor& factor);

// Tells the audit trail, and the person, what a refused answer means. In a write of its own: the refusal undoes
// nothing.
void tell_refused(Context& context, const ports::AccountRow& account, const ProvenFactor& factor);

[[nodiscard]] webauthn::RelyingParty relying_party(const Context& context);

}  // namespace rogatory::service
