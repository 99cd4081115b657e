#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/proof.hpp"
#include "platform/base/result.hpp"

namespace rogatory::witness {

inline constexpr std::size_t kMaxRequestBytes = 80 * 1024;  // a note of 64 KiB and 63 lines of proof
inline constexpr std::size_t kMaxProofLines = 63;           // "MUST NOT send more than 63 consistency proof lines"
inline constexpr std::string_view kSizeType = "text/x.tlog.size";

// The body of POST add-checkpoint (C2SP tlog-witness v1.0.0). Nothing in it is verified.
struct AddCheckpoint {
    std::uint64_t old_size = 0;
    tlog::ProofPath proof;
    tlog::SignedCheckpoint checkpoint;

    [[nodiscard]] std::string format() const;
    // invalid_input "witness.request_malformed", or what SignedCheckpoint::parse fails with.
    [[nodiscard]] static Result<AddCheckpoint> parse(std::string_view body);
};

}  // namespace rogatory::witness
