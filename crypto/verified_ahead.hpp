#pragma once

#include "crypto/sign.hpp"

// Verifying is the dearest part of reading a long history, and the only one that needs no order. So several threads may
// verify what will be asked about, and VerifyKey::verify answers at once where this very key was found to have signed
// this very message with this very signature. Only what holds is remembered, under SHA-256 of all three, so nothing is
// ever believed that was not computed in this process; a few thousand, and then it begins anew.
namespace rogatory::crypto {

void verify_ahead(const VerifyKey& key, ByteView message, const Signature& signature);

// For VerifyKey::verify.
[[nodiscard]] bool was_verified_ahead(const VerifyKey& key, ByteView message, const Signature& signature);

// The most that is remembered at once.
inline constexpr std::size_t kMostVerifiedAhead = 32 * 1024;

}  // namespace rogatory::crypto
