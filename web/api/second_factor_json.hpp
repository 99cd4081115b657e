#pragma once

#include "crypto/webauthn/ceremony.hpp"
#include "platform/service/passkeys.hpp"
#include "web/api/json.hpp"

namespace rogatory::api {

// {"credential_id", "client_data", "authenticator_data", "signature"}: as navigator.credentials.get() gave them.
[[nodiscard]] Result<webauthn::Assertion> decode_assertion(Members& members, std::string_view name);
// {"challenge", "client_data", "attestation_object", "unlocks"}: as navigator.credentials.create() gave them.
[[nodiscard]] Result<service::NewPasskey> decode_new_passkey(const json::object& object);

}  // namespace rogatory::api
