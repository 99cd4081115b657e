#pragma once

#include <map>
#include <string>
#include <utility>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/tile.hpp"
#include "platform/agent/state.hpp"

// Internal to platform/agent: the log as a bundle shows it.
namespace rogatory::agent {

// The newest checkpoint that counts, and proofs under it from the entries this client has verified.
class CountedLog final : public tlog::TileReader {
public:
    // integrity "log.forked" (evidence kept) where the checkpoint is not of the history this client has; unavailable
    // "log.not_yet_witnessed" where none counts.
    static Result<CountedLog> read(Agent::State& state);

    [[nodiscard]] std::uint64_t size() const noexcept { return checkpoint_.checkpoint.head.size; }
    // C2SP tlog-proof.
    [[nodiscard]] Result<std::string> proof(model::LogIndex index);
    // Every entry below size(), 64 bytes each.
    [[nodiscard]] std::string entries_text() const;

    [[nodiscard]] Result<Bytes> read_tile(const tlog::TileCoordinate& tile) override;

    std::string note;

private:
    tlog::SignedCheckpoint checkpoint_;
    Bytes entries_;
    std::map<std::pair<unsigned, std::uint64_t>, Bytes> tiles_;  // by level and index
};

}  // namespace rogatory::agent
