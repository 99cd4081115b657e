#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/tlog/log_proof.hpp"
#include "platform/custody/bundle.hpp"
#include "platform/record/register.hpp"
#include "platform/record/statement.hpp"

// Internal to platform/custody: the chains of a bundle with their places in the log.
namespace rogatory::custody {

struct Place {
    std::uint64_t seq = 0;
    model::StatementId id;
    model::LogIndex index = 0;
    std::size_t checkpoint = 0;  // which of Chains::checkpoints
    tlog::ProofPath path;
    std::optional<record::SignedStatement> statement;  // absent: left out
};

struct Chain {
    ChainLine line;
    std::vector<Place> places;  // [seq]
};

struct KnownCheckpoint {
    std::string text;
    tlog::SignedCheckpoint parsed;
    std::optional<UnixSeconds> quorum_time;  // once verified
};

// The registers of a bundle, replayed.
class BundleRegisters final : public record::Registers {
public:
    [[nodiscard]] const record::Register* by_chain(const model::ChainId& chain) const override;
    [[nodiscard]] const record::Register* by_party(const model::PartyId& party) const override;
    record::Register& add(const model::ChainId& chain);
    [[nodiscard]] const std::map<model::ChainId, record::Register>& all() const noexcept { return registers_; }

private:
    std::map<model::ChainId, record::Register> registers_;
};

struct Chains {
    std::vector<Chain> all;  // in the order of the manifest
    // [0] is the newest; older ones as they are met.
    std::vector<KnownCheckpoint> checkpoints;
    std::uint64_t proof_bytes = 0;

    [[nodiscard]] const Chain* find(const model::ChainId& chain) const;
};

// Every statement and proof, parsed and held together: chain, seq, prev. Nothing is believed yet. integrity
// "custody.malformed", "custody.missing", "custody.statement" {chain, seq}.
Result<Chains> read_chains(Bundle& bundle);

// integrity "custody.broken" {reason}; unsupported "chain.unsupported".
Result<> replay_registers(const Chains& chains, BundleRegisters& registers);
[[nodiscard]] Result<> require_sound(const record::Outcome& outcome);

// Every place under its checkpoint, and every older checkpoint under the newest. The checkpoints' own signatures are
// the caller's business. integrity "custody.place" {chain, seq}, "custody.consistency".
Result<> check_places(Bundle& bundle, const Chains& chains);

// Where the bundle holds the whole log: its root, and that each place of these chains stands in it once and the one
// after the last not at all. integrity "custody.log_entries", "custody.second_entry", "custody.later_entry".
Result<> check_whole_log(Bundle& bundle, const Chains& chains);

}  // namespace rogatory::custody
