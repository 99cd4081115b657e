#pragma once

#include <optional>
#include <string>

#include "crypto/age/hybrid.hpp"
#include "crypto/primitives/ed25519.hpp"
#include "crypto/secret.hpp"
#include "platform/agent/environment.hpp"
#include "platform/agent/unlock.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

// The key file of a service account: a machine that signs in with nobody beside it (protocol §7). An age identity file,
// so that what it opens is open to stock age too.
namespace rogatory::agent {

//   # rogatory/v1/service-key
//   # server: https://…
//   # user: <name>
//   # sign-in: <64 hex>          the Ed25519 seed that it signs in with, and signs no statement with
//   AGE-SECRET-KEY-PQ-1…         opens its user bundle; not there where the machine shall only sign in
struct ServiceKey {
    std::string server;
    std::string user_name;
    crypto::Ed25519Seed sign_in;
    std::optional<age::HybridIdentity> unlock;

    [[nodiscard]] static ServiceKey make(std::string server, std::string user_name);
    // invalid_input "service_key.malformed".
    [[nodiscard]] static Result<ServiceKey> parse(ByteView text);
    [[nodiscard]] crypto::SecretText encode() const;
};

// As the server's account of that name, without a second factor. Fetches and opens the user bundle where the key can.
// `unauthenticated`, key "service.refused" {user}: suspended, removed, not yet admitted, or another key.
Result<Unlocked> sign_in(Environment& environment, const ServiceKey& key);

}  // namespace rogatory::agent
