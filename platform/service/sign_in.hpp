#pragma once

#include <optional>
#include <string>
#include <variant>

#include "crypto/webauthn/ceremony.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/service/context.hpp"
#include "platform/service/principal.hpp"

namespace rogatory::service {

struct Challenge {
    Bytes challenge;  // 64 bytes: nonce, expiry, MAC; opaque to clients
    UnixSeconds expires_at{};
};

// `passkey`: one whose PRF output opens the user bundle, by itself (protocol, section 7).
enum class SignInKey { sign_in, kit, service, passkey };

struct SignInRequest {
    std::string user_name;
    Bytes challenge;
    SignInKey with{SignInKey::sign_in};
    ByteArray<64> signature{};  // Ed25519 over crypto::sign_in_text(origin, user name, challenge); not of `passkey`
    std::optional<std::string> totp;
    std::optional<webauthn::Assertion> passkey;  // over the same challenge
};

struct SignedIn {
    std::string token;  // base64url, 256 bits; shown once
    Scope scope{Scope::full};
    UnixSeconds expires_at{};
};

// Kit sign-in without a second factor: wait until then, and ask again.
struct KitWait {
    UnixSeconds available_at{};
};

struct StepUpRequest {
    std::optional<std::string> totp;
    std::optional<webauthn::Assertion> passkey;
    Bytes challenge;  // that the passkey signed, a fresh one from challenge()
};

class SignIn {
public:
    explicit SignIn(Context& context) : context_{context} {}

    // POST sign-in/challenge. The same for known and unknown names; nothing is stored. too_many when this name or this
    // address asked too often (`address` is the peer's, for throttling only; it is never stored in clear).
    [[nodiscard]] Result<Challenge> challenge(const std::string& user_name, std::string_view address);

    // POST sign-in. unauthenticated "sign_in.refused" for every failure, after the same work. A challenge is good for
    // one attempt. too_many when this address failed too often; a name cannot be locked from outside. Where everything
    // was right and a rule of his Party keeps him out, forbidden "access.address", "access.native_only" or
    // "access.second_factor".
    [[nodiscard]] Result<std::variant<SignedIn, KitWait>> sign_in(const SignInRequest& request,
                                                                  std::string_view address, bool browser = false,
                                                                  std::shared_ptr<const std::vector<Bytes>> chain = {});

    // POST session/step-up: a second factor once more, for acts of access managers; the session goes on under a new
    // token and the one before is over. unauthenticated "sign_in.refused" when it is not right; too_many as above.
    [[nodiscard]] Result<SignedIn> step_up(const Principal& principal, const StepUpRequest& request);

    // DELETE session.
    void sign_out(const Principal& principal);
    // A session whose place a new one takes; what is none is passed over.
    void end_token(std::string_view token);

private:
    Context& context_;
};

}  // namespace rogatory::service
