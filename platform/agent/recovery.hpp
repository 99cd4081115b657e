#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/people.hpp"

// Recovery of an authority that lost its custodians (protocol §7): its keys are encrypted to a recovery identity as
// well, which is cut into parts; k of the holders let in one new custodian, with 72 hours in which to object.
namespace rogatory::agent {

// The part on paper, for a sealed envelope; lines "name: value", as of a kit.
struct RecoveryEnvelope {
    std::string text;
};

struct RecoveryOrder {
    std::uint64_t threshold = 2;
    // Custodians of this Party, by "authority/name", name or the beginning of the id.
    std::vector<std::string> holders;
    // Called with the printed part before anything is signed; without it there is none. When it fails nothing changes.
    std::function<Result<>(const RecoveryEnvelope&)> keep_envelope;
};
// A new recovery identity of one's own authority, and an end to the one before.
Result<> set_recovery(Agent& agent, const RecoveryOrder& order);

struct RecoveryHolder {
    bool printed = false;
    Id authority{};
    Id member{};
    std::string authority_name;
    std::string display_name;
    bool self = false;
    bool custodian = true;    // still; if not, a new set is needed
    UnixSeconds seen_at = 0;  // the newest statement he signed in the register
    bool long_unseen = false;
};

struct RecoveryCandidate {
    Id invitation{};
    Hash record{};             // SHA-256 of the enrolment record; zeros while unanswered
    std::string display_name;  // as he wrote it
    std::string comparison_digits;
    std::string state;  // "open" | "answered" | "refused" | "spent" | "cancelled" | "expired"
    UnixSeconds not_after = 0;
    struct Approval {
        std::string holder;
        UnixSeconds at = 0;
        bool counting = false;
    };
    std::vector<Approval> approvals;
    UnixSeconds not_before = 0;  // when he may finish, once enough have approved; else 0
    std::string problem;         // key of the error when the answer does not verify
};

struct RecoveryView {
    Id authority{};
    std::string authority_name;
    bool own = false;     // the authority acted for
    bool holder = false;  // one holds a part
    std::size_t custodians = 0;
    bool live = false;
    bool set = false;
    std::uint64_t threshold = 0;
    UnixSeconds set_at = 0;
    bool drilled = false;
    bool outdated = false;  // a holder left: set it anew
    std::vector<RecoveryHolder> holders;
    std::vector<RecoveryCandidate> candidates;
};
inline constexpr UnixSeconds kLongUnseen = 180 * kDay;
// One's own authority first, then those of one's Party of whose recovery identity one holds a part.
Result<std::vector<RecoveryView>> recovery_status(Agent& agent);

// The parts one holds, each opened and compared with what the register says of it.
struct HeldShare {
    Id authority{};
    std::string authority_name;
    std::uint64_t threshold = 0;
    std::size_t parts = 0;
    bool opens = false;
    std::string problem;  // key of the error
};
Result<std::vector<HeldShare>> recovery_shares(Agent& agent);

// The drill. Each holder proves that his part opens: an age file to the authority, to hand over by any way. `authority`
// by name or id; empty where there is one only.
struct ShareProof {
    Id authority{};
    Bytes file;
};
Result<ShareProof> prove_share(Agent& agent, std::string_view authority);
// A custodian of the authority puts the parts together, compares and forgets: every holder's is needed, his own he need
// not bring. `recovery_drilled` says so to everybody.
struct Drill {
    std::vector<Bytes> proofs;
    std::vector<std::string> envelopes;
};
Result<> drill_recovery(Agent& agent, const Drill& drill);

// A holder invites the new custodian: the code travels outside the platform, the invitee enrols with it.
Result<InvitationMade> begin_recovery(Agent& agent, std::string_view authority, std::int64_t hours);
// A holder's word for that very record, with his part sealed to it. `candidate` by name, invitation or record. `digits`
// as the candidate reads them out: always needed.
Result<> approve_recovery(Agent& agent, std::string_view authority, std::string_view candidate,
                          std::string_view digits);
// A custodian of the authority says no: it ends that candidate's chance for good.
Result<> refuse_recovery(Agent& agent, std::string_view candidate);

struct RecoveryDone {
    std::string authority_name;
    std::uint64_t generation = 0;
    std::vector<std::string> unreadable;  // holders whose part did not open: tell them
    EpochOutcome epochs;
    bool again = false;  // it was done before
};
// The candidate, when k have approved and 72 hours are over: opens the parts, puts the identity together, takes the
// keyring over and begins a generation. Run again after an interruption.
//   unavailable "recovery.not_enough" {have, need}, "recovery.too_early" {at}; forbidden "recovery.refused",
//   "void.recovery_needs_witnesses"; integrity "recovery.parts_missing" {have, need, holders}.
Result<RecoveryDone> finish_recovery(Environment& environment, Unlocked unlocked,
                                     const std::vector<std::string>& envelopes);

}  // namespace rogatory::agent
