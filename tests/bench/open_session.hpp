#pragma once

#include <cstdint>
#include <string>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/random.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/ports/store.hpp"

namespace rogatory::bench {

// A session of that account as a sign-in opens it, written straight into the store. Its token.
inline std::string open_session(ports::Repositories& repositories, std::int64_t account, UnixSeconds now) {
    auto token = encoding::hex_encode(crypto::system_random().bytes<32>());
    repositories.sessions().create({.id = ports::SessionId{crypto::system_random().bytes<16>()},
                                    .account = account,
                                    .invitation = {},
                                    .user_name = {},
                                    .scope = ports::ScopeRow::full,
                                    .created_at = now,
                                    .last_seen_at = now,
                                    .stepped_up_at = now},
                                   crypto::sha256(as_bytes(token)));
    return token;
}

}  // namespace rogatory::bench
