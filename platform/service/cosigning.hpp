#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/policy.hpp"
#include "crypto/tlog/proof.hpp"
#include "platform/base/result.hpp"
#include "platform/service/context.hpp"

namespace rogatory::service {

// What the server's cosigner needs of the log, and what it reports of the witnesses (protocol §5).
//
// With n witnesses and a quorum of k, any checkpoint that counts was cosigned by k of them. So n − k + 1 witnesses that
// know of nothing newer prove that this log is not behind what anybody acts on; until that many have said so after a
// start, nothing is appended, because a log put back from an older backup would fork at its first append. And n − k + 1
// that claim to have cosigned something newer (or another tree of our size) make it read only; fewer may be lying.
class Cosigning {
public:
    explicit Cosigning(Context& context);

    // The policy that `rogatoryd init` was given; under `quorum none` there is nothing to do.
    [[nodiscard]] const tlog::Policy& policy() const;

    // The newest checkpoint, under the log's signature alone.
    [[nodiscard]] Result<tlog::SignedCheckpoint> newest();
    // For the line of proof of an add-checkpoint request. not_found "log.beyond".
    [[nodiscard]] Result<tlog::ProofPath> consistency(std::uint64_t old_size, std::uint64_t size);
    // Adds cosignatures to what is kept for this checkpoint of ours, the newest of each witness; what no witness of the
    // policy signed is dropped. True when the policy is met by what is kept now.
    [[nodiscard]] Result<bool> keep(const tlog::SignedCheckpoint& checkpoint,
                                    const std::vector<tlog::NoteSignature>& cosignatures);

    enum class Claim { not_ahead, ahead };
    // What a witness (an index into the policy's) said of its own newest checkpoint of ours.
    void heard(std::size_t witness, Claim claim);
    // A checkpoint that a witness holds against ours. With the log's own signature and newer, or another tree, it is
    // proof by itself: from then on this server only reads. False when it proves nothing.
    bool prove_behind(const tlog::SignedCheckpoint& checkpoint);

private:
    Context& context_;
    std::mutex guard_;
    std::vector<std::optional<Claim>> claims_;
};

}  // namespace rogatory::service
