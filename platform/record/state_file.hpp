#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "crypto/sign.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/model/ids.hpp"

namespace rogatory::record {

// What a client has verified (protocol.md, section 5): log size and root, and for each chain it follows the length and
// the id of its head. Canonical JSON, signed by the member's statement key, sealed to the user.
struct StateFile {
    static constexpr std::size_t kMaxBytes = 4 * 1024 * 1024;

    std::string origin;
    std::uint64_t log_size = 0;
    model::Digest log_root;
    struct ChainState {
        std::uint64_t length = 0;
        model::StatementId head;
        friend bool operator==(const ChainState&, const ChainState&) = default;
    };
    std::map<model::ChainId, ChainState> chains;

    // {"signature":…,"state":{…}}: the signature is over "rogatory/v1/state" ‖ 0x00 ‖ canonical state.
    [[nodiscard]] std::string sign(const crypto::SigningKey& key) const;
    // integrity "state.malformed" | "state.signature".
    [[nodiscard]] static Result<StateFile> open(std::string_view signed_text, const model::VerifyKey& key);

    friend bool operator==(const StateFile&, const StateFile&) = default;
};

}  // namespace rogatory::record
