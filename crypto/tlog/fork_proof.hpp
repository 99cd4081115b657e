#pragma once

#include <string>
#include <string_view>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/log_proof.hpp"
#include "crypto/tlog/note.hpp"
#include "crypto/tlog/proof.hpp"
#include "platform/base/result.hpp"

// What shows a third person, who trusts neither the log nor whoever complains, that a log told two histories. Pure.
namespace rogatory::tlog {

// Two signed checkpoints of one log of which one cannot be an earlier state of the other. The larger one commits to its
// own past: `root_within` is the root its tree had at the smaller one's size, `path` the RFC 6962 consistency proof of
// that. A collision of SHA-256 apart there is one such root only; the smaller checkpoint is signed over another.
struct ForkProof {
    SignedCheckpoint smaller;
    SignedCheckpoint larger;  // of the same size at least
    Hash root_within;
    ProofPath path;

    // "<base64 root>\n" and a line of base64 for each hash of the path.
    [[nodiscard]] std::string consistency_text() const;
    // The two notes and that text. invalid_input "log.proof_malformed".
    [[nodiscard]] static Result<ForkProof> parse(std::string_view smaller, std::string_view larger,
                                                 std::string_view consistency);
};

// That both are signed by this log and contradict one another. integrity "log.unsigned", "log.signature_invalid";
// invalid_input "evidence.proves_nothing" if they may well be of one history.
[[nodiscard]] Result<> verify_fork_proof(const ForkProof& proof, const NoteKey& log);

// That two entries with one label stand at two places of a tree that this log signed: two statements for one place of a
// chain. Errors as above.
[[nodiscard]] Result<> verify_repeated_label(const LogProof& first, const Entry& first_entry, const LogProof& second,
                                             const Entry& second_entry, const NoteKey& log);

}  // namespace rogatory::tlog
