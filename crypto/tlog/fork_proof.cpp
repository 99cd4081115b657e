#include "crypto/tlog/fork_proof.hpp"

#include <algorithm>

#include "crypto/encoding/base64.hpp"
#include "crypto/tlog/decimal.hpp"
#include "crypto/tlog/policy.hpp"
#include "platform/base/try.hpp"

namespace rogatory::tlog {

namespace {

constexpr std::size_t kMostHashes = 130;  // two a level is more than any proof has

tl::unexpected<Error> malformed() { return fail(ErrorCode::invalid_input, "log.proof_malformed"); }

tl::unexpected<Error> proves_nothing(std::string why) {
    return fail(ErrorCode::invalid_input, "evidence.proves_nothing", std::move(why));
}

// Signed by this log, under its own name, without lines that would be signed for another purpose.
Result<> require_signed(const SignedCheckpoint& checkpoint, const NoteKey& log) {
    ROGATORY_TRY([[maybe_unused]] const auto verified, Policy::unwitnessed(log).verify(checkpoint));
    return {};
}

}  // namespace

std::string ForkProof::consistency_text() const {
    auto text = encoding::base64_encode(root_within.value()) + "\n";
    for (const auto& hash : path) text += encoding::base64_encode(hash.value()) + "\n";
    return text;
}

Result<ForkProof> ForkProof::parse(std::string_view smaller, std::string_view larger, std::string_view consistency) {
    ROGATORY_TRY(auto first, SignedCheckpoint::parse(smaller));
    ROGATORY_TRY(auto second, SignedCheckpoint::parse(larger));
    std::vector<Hash> hashes;
    while (!consistency.empty()) {
        const auto line = take_line(consistency);
        const auto bytes = line ? encoding::base64_decode(*line) : std::nullopt;
        if (!bytes || bytes->size() != 32 || hashes.size() == kMostHashes) return malformed();
        ByteArray<32> hash{};
        std::copy(bytes->begin(), bytes->end(), hash.begin());
        hashes.emplace_back(hash);
    }
    if (hashes.empty()) return malformed();
    return ForkProof{std::move(first), std::move(second), hashes.front(), {hashes.begin() + 1, hashes.end()}};
}

Result<> verify_fork_proof(const ForkProof& proof, const NoteKey& log) {
    ROGATORY_TRY_VOID(require_signed(proof.smaller, log));
    ROGATORY_TRY_VOID(require_signed(proof.larger, log));
    const auto& smaller = proof.smaller.checkpoint.head;
    const auto& larger = proof.larger.checkpoint.head;
    if (!verify_consistency({smaller.size, proof.root_within}, larger, proof.path)) {
        return proves_nothing("the consistency proof does not lead to the larger checkpoint");
    }
    if (proof.root_within == smaller.root) return proves_nothing("the two checkpoints are of one history");
    return {};
}

Result<> verify_repeated_label(const LogProof& first, const Entry& first_entry, const LogProof& second,
                               const Entry& second_entry, const NoteKey& log) {
    const auto policy = Policy::unwitnessed(log);
    ROGATORY_TRY([[maybe_unused]] const auto one, verify_log_proof(first, first_entry, policy));
    ROGATORY_TRY([[maybe_unused]] const auto other, verify_log_proof(second, second_entry, policy));
    if (first.checkpoint.note.text != second.checkpoint.note.text) return proves_nothing("two different checkpoints");
    if (first_entry.label != second_entry.label) return proves_nothing("two different places");
    if (first.index == second.index) return proves_nothing("one entry twice");
    return {};
}

}  // namespace rogatory::tlog
