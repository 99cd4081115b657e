#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/service/context.hpp"
#include "platform/service/principal.hpp"
#include "platform/service/sign_in.hpp"

namespace rogatory::service {

struct Me {
    std::string user_name;
    AccountKind kind{AccountKind::member};
    std::vector<Membership> memberships;
    std::uint64_t bundle_version{};
    std::string language;
    std::vector<std::string> second_factors;  // "totp", "passkey"
    // When somebody last began with this account's recovery kit alone, until its owner says that he has read it.
    std::optional<UnixSeconds> kit_tried_at;
};

struct Versioned {
    std::uint64_t version{};
    Bytes bytes;
};

struct NewTotp {
    ByteArray<20> secret{};  // the client's own; what is signed covers it
    std::string code;
};

struct BundleWrite {
    std::uint64_t expected_version{};
    Bytes bundle;
    ByteArray<32> sign_in_key{};
    std::optional<ByteArray<32>> kit_key;  // absent: stays
    Bytes challenge;                       // a fresh one from SignIn::challenge
    SignInKey signed_with{SignInKey::sign_in};
    ByteArray<64> signature{};  // over crypto::credential_change_text
    // A second factor in the place of all there were: where the kit alone has waited its 72 hours.
    std::optional<NewTotp> totp;
};

struct SessionInfo {
    ports::SessionId id;
    std::string user_name;
    Scope scope{Scope::full};
    UnixSeconds created_at{};
    UnixSeconds last_seen_at{};
    bool current{false};
};

// What a person does with his own account: GET/PUT me/…
class Account {
public:
    explicit Account(Context& context) : context_{context} {}

    [[nodiscard]] Result<Me> me(const Principal& principal);

    // GET me/bundle (scopes full and kit). not_found for an account without one (administrators).
    [[nodiscard]] Result<Versioned> bundle(const Principal& principal);
    // PUT me/bundle: bundle and sign-in keys change together or not at all; ends all other sessions of the account.
    // precondition_failed "bundle.version" {current} when the version moved on; unauthenticated when the signature over
    // challenge and whole does not hold: a session alone cannot write. With a new second factor: forbidden
    // "kit.factor_stays" where this session has not waited, invalid_input "enrolment.totp" when its first code is
    // wrong. Returns the new version.
    [[nodiscard]] Result<std::uint64_t> write_bundle(const Principal& principal, const BundleWrite& request);

    // GET/PUT me/state: opaque bytes, sealed by the client. Version 0: none yet; precondition_failed "state.version".
    [[nodiscard]] Result<Versioned> state(const Principal& principal);
    [[nodiscard]] Result<std::uint64_t> write_state(const Principal& principal, std::uint64_t expected_version,
                                                    ByteView bytes);

    [[nodiscard]] Result<std::vector<SessionInfo>> sessions(const Principal& principal);
    [[nodiscard]] Result<> end_session(const Principal& principal, ports::SessionId session);

private:
    Context& context_;
};

}  // namespace rogatory::service
