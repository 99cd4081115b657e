#pragma once

#include <string>

#include "crypto/primitives/random.hpp"
#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/proof.hpp"
#include "tests/support/memory_log.hpp"
#include "web/witness/request.hpp"

namespace rogatory::tests {

// A log that a test grows, signs, and forks.
class GrownLog {
public:
    explicit GrownLog(const std::string& origin)
        : signer{tlog::LogSigner::make(origin, crypto::SigningKey::generate(crypto::system_random())).value()} {}

    // Adds entries; `salt` tells one history from another.
    tlog::SignedCheckpoint grow(std::size_t count, std::uint8_t salt = 0) {
        for (std::size_t i = 0; i < count; ++i) {
            ByteArray<32> chain{};
            chain[0] = salt;
            log.append({tlog::entry_label(chain, log.entries().size()), crypto::sha256(chain)});
        }
        return sign(log.publish());
    }
    [[nodiscard]] tlog::SignedCheckpoint sign(const tlog::TreeHead& head) const {
        return tlog::SignedCheckpoint::parse(signer.sign(head)).value();
    }
    [[nodiscard]] witness::AddCheckpoint request(std::uint64_t old_size, const tlog::SignedCheckpoint& checkpoint) {
        return {old_size, tlog::prove_consistency(old_size, checkpoint.checkpoint.head.size, log).value(), checkpoint};
    }

    tlog::LogSigner signer;
    MemoryLog log;
};

}  // namespace rogatory::tests
