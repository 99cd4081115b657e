#pragma once

#include <map>
#include <mutex>

#include "crypto/primitives/hmac.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/time.hpp"

namespace rogatory::service {

// Challenges without a table: nonce (24) ‖ expiry (8) ‖ HMAC (32) under a key that lives as long as the process, so a
// restart ends all of them, and what was spent need not be stored either.
//
// Only a challenge that was answered with a valid signature is remembered as spent: a stranger cannot fill the memory,
// and a wrong answer teaches nobody anything.
class Challenges {
public:
    Challenges();

    [[nodiscard]] Bytes make(UnixSeconds expires_at) const;
    // Ours, and not expired. Says nothing about having been spent.
    [[nodiscard]] bool holds(ByteView challenge, UnixSeconds now) const;
    // False when it was spent before.
    [[nodiscard]] bool spend(ByteView challenge, UnixSeconds now);

private:
    ByteArray<32> key_;
    std::mutex mutex_;
    std::map<ByteArray<24>, UnixSeconds> spent_;
};

}  // namespace rogatory::service
