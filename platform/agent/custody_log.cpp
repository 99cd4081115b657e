#include "platform/agent/custody_log.hpp"

#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/log_proof.hpp"
#include "platform/agent/evidence.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {

Result<CountedLog> CountedLog::read(Agent::State& state) {
    // A bundle carries one log and proofs under one checkpoint (decisions 1201, 1602).
    if (state.log.number() > 0) return fail(ErrorCode::unsupported, "bundle.two_logs");
    const auto waiting = [] { return fail(ErrorCode::unavailable, "log.not_yet_witnessed"); };
    auto fetched = state.environment.server.witnessed_checkpoint(state.log.number());
    if (!fetched && fetched.error().code() == ErrorCode::not_found) return waiting();
    if (!fetched) return fail(std::move(fetched).error());
    CountedLog log;
    log.note = std::string{as_text(*fetched)};
    ROGATORY_TRY(const auto policy, tlog::Policy::parse(state.log.policy_text()));
    auto parsed = tlog::SignedCheckpoint::parse(log.note);
    const auto verified = parsed ? policy.verify(*parsed) : Result<tlog::VerifiedCheckpoint>{fail(parsed.error())};
    if (!verified) return alarm(state.environment, "log.signature", {{"checkpoint", *fetched}}, verified.error().key());
    if (!verified->counts()) return waiting();
    log.checkpoint_ = *std::move(parsed);
    // One written form, so that every proof can repeat it byte for byte.
    log.note = log.checkpoint_.format();
    // Newer than what was read in this run: what came meanwhile is not ours to show.
    if (log.size() > state.log.head().size) ROGATORY_TRY_VOID(state.log.advance(state.environment));
    ROGATORY_TRY_VOID(state.log.require_consistent(state.environment, log.checkpoint_.checkpoint.head, "bundle"));
    ROGATORY_TRY(auto stored, state.environment.profile.load("log/entries"));
    const auto bytes = log.size() * tlog::Entry::kBytes;
    if (!stored || stored->size() < bytes) return fail(ErrorCode::unavailable, "profile.unusable");
    log.entries_ = *std::move(stored);
    log.entries_.resize(static_cast<std::size_t>(bytes));
    tlog::TileBuilder builder;
    for (std::size_t at = 0; at < log.entries_.size(); at += tlog::Entry::kBytes) {
        builder.append(tlog::Entry::from(std::span<const std::uint8_t, tlog::Entry::kBytes>{log.entries_.data() + at,
                                                                                            tlog::Entry::kBytes})
                           .leaf_hash());
    }
    // What was read back is believed only because of the root that was signed.
    if (builder.head() != log.checkpoint_.checkpoint.head) return fail(ErrorCode::unavailable, "profile.unusable");
    for (auto& tile : builder.take_changed()) {
        auto& known = log.tiles_[{tile.coordinate.level, tile.coordinate.index}];
        if (tile.hashes.size() > known.size()) known = std::move(tile.hashes);
    }
    return log;
}

Result<Bytes> CountedLog::read_tile(const tlog::TileCoordinate& tile) {
    const auto found = tiles_.find({tile.level, tile.index});
    return found == tiles_.end() ? Bytes{} : found->second;
}

Result<std::string> CountedLog::proof(model::LogIndex index) {
    ROGATORY_TRY(auto path, tlog::prove_inclusion(index, size(), *this));
    return tlog::LogProof{std::nullopt, index, std::move(path), checkpoint_}.format();
}

std::string CountedLog::entries_text() const { return std::string{as_text(entries_)}; }

}  // namespace rogatory::agent
