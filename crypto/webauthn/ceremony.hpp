#pragma once

#include <cstdint>
#include <string>

#include "crypto/webauthn/authenticator_data.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

namespace rogatory::webauthn {

// Whose ceremony it is. Only one page may ask, at one origin; the RP id is its host.
struct RelyingParty {
    std::string origin;  // "https://exchange.example:8443"
    std::string id;      // "exchange.example"

    [[nodiscard]] static RelyingParty of(const std::string& origin);
};

struct Registration {
    Bytes client_data;
    Bytes attestation_object;
};
struct Credential {
    Bytes id;
    Bytes cose_key;
    std::uint32_t counter = 0;
    bool backed_up = false;
};
// §7.1 with attestation none and user verification required. invalid_input "passkey.registration" with the reason for
// the log.
[[nodiscard]] Result<Credential> check_registration(const RelyingParty& party, ByteView challenge,
                                                    const Registration& registration);

struct Assertion {
    Bytes credential_id;
    Bytes client_data;
    Bytes authenticator_data;
    Bytes signature;
};
struct Asserted {
    std::uint32_t counter = 0;
    bool backed_up = false;
    bool counter_went_back = false;  // everything else holds: somebody may have copied the authenticator
};
// §7.2, for the stored credential that the assertion names, user verification required. unauthenticated
// "passkey.assertion" with the reason for the log.
[[nodiscard]] Result<Asserted> check_assertion(const RelyingParty& party, ByteView challenge,
                                               const Credential& credential, const Assertion& assertion);

}  // namespace rogatory::webauthn
