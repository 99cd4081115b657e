#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/bytes.hpp"
#include "platform/base/time.hpp"

// Time-based one-time passwords (RFC 6238), by liboath.
namespace rogatory::service {

inline constexpr UnixSeconds kTotpStep = 30;

struct TotpKind {
    enum class Hash { sha1, sha256, sha512 };
    unsigned digits{6};
    Hash hash{Hash::sha1};  // what authenticator apps speak; HMAC-SHA-1 is not weakened by SHA-1's collisions
};

[[nodiscard]] std::string totp_code(ByteView secret, UnixSeconds at, TotpKind kind = {});

// The counter a code belongs to: the present step, the one before, the one after (RFC 6238 §5.2: clocks drift), and
// only above `last_counter`, so that a code is good once. Nothing: refused. Takes the same time whatever the code.
[[nodiscard]] std::optional<std::int64_t> match_totp(ByteView secret, std::string_view code, UnixSeconds now,
                                                     std::int64_t last_counter);

// How far the clock that made the code is from ours, in seconds, within half a day either way; nothing: it was no such
// clock. To tell an administrator why a code was wrong, never to let one in.
[[nodiscard]] std::optional<std::int64_t> totp_drift(ByteView secret, std::string_view code, UnixSeconds now);

}  // namespace rogatory::service
