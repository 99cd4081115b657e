#pragma once

#include <string>
#include <string_view>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/model/ids.hpp"

namespace rogatory::record {

inline constexpr std::size_t kMaxPayloadBytes = 256 * 1024;
// Base64 of the payload, the payload type and the frame around them.
inline constexpr std::size_t kMaxEnvelopeBytes = kMaxPayloadBytes / 3 * 4 + 1024;

// A DSSE v1 envelope with exactly one Ed25519 signature, no `keyid` and canonical padded base64, itself in canonical
// JSON: {"payload":…,"payloadType":…,"signatures":[{"sig":…}]}. One statement has one envelope, byte for byte.
struct Envelope {
    std::string payload_type;
    std::string payload;
    model::Signature signature;

    // Says nothing about the signature: nobody knows yet whose it should be. Errors: invalid_input
    // "statement.envelope", too_large "statement.too_large".
    [[nodiscard]] static Result<Envelope> parse(std::string_view json);
    [[nodiscard]] std::string encode() const;

    // DSSE's pre-authentication encoding: "DSSEv1" SP len(type) SP type SP len(payload) SP payload.
    [[nodiscard]] std::string pre_authentication_encoding() const;
    [[nodiscard]] model::StatementId id() const;  // SHA-256 of that
    [[nodiscard]] bool verify(const model::VerifyKey& key) const;
};

}  // namespace rogatory::record
