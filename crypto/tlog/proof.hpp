#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "crypto/tlog/merkle.hpp"
#include "crypto/tlog/tile.hpp"
#include "platform/base/result.hpp"

namespace rogatory::tlog {

// Sibling hashes from the leaf up (RFC 6962 §2.1.1), or the nodes of a consistency proof (§2.1.2).
using ProofPath = std::vector<Hash>;

// Verifiers, by RFC 9162 §2.1.3.2 and §2.1.4.2 (the same proofs as RFC 6962's, with the algorithm written out).
[[nodiscard]] bool verify_inclusion(const Hash& leaf, std::uint64_t index, const TreeHead& tree,
                                    std::span<const Hash> path);
// A tree is consistent with itself and with the empty tree; both have the empty proof.
[[nodiscard]] bool verify_consistency(const TreeHead& older, const TreeHead& newer, std::span<const Hash> path);

// Provers. They read the tiles of the tree of `size` leaves; several proofs of one append share one reader's cache.
// A tile that is shorter than its width is integrity "log.tile_malformed". Precondition: index < size, old ≤ new (bug).
[[nodiscard]] Result<ProofPath> prove_inclusion(std::uint64_t index, std::uint64_t size, TileReader& tiles);
[[nodiscard]] Result<ProofPath> prove_consistency(std::uint64_t old_size, std::uint64_t new_size, TileReader& tiles);
[[nodiscard]] Result<Hash> root_of(std::uint64_t size, TileReader& tiles);

}  // namespace rogatory::tlog
