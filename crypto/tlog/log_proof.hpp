#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/policy.hpp"
#include "crypto/tlog/proof.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

// C2SP tlog-proof: what the server answers an append with, and what a custody bundle carries.
namespace rogatory::tlog {

struct LogProof {
    std::optional<Bytes> extra;  // not authenticated; ours has none
    std::uint64_t index = 0;
    ProofPath path;
    SignedCheckpoint checkpoint;

    [[nodiscard]] std::string format() const;
    // The same without extra data, from a checkpoint that is a signed note already.
    [[nodiscard]] static std::string format(std::uint64_t index, const ProofPath& path, std::string_view checkpoint);
    // Limits: 64 KiB, 63 hashes. invalid_input "log.proof_malformed" (or the checkpoint's own failures).
    [[nodiscard]] static Result<LogProof> parse(std::string_view text);
};

// That `entry` stands at the proof's index in the tree of a checkpoint the policy accepts. Fails with what
// Policy::verify fails with, or integrity "log.inclusion_invalid".
[[nodiscard]] Result<VerifiedCheckpoint> verify_log_proof(const LogProof& proof, const Entry& entry,
                                                          const Policy& policy);

}  // namespace rogatory::tlog
