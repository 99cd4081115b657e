#pragma once

#include <array>
#include <cstdint>

#include "crypto/tlog/merkle.hpp"
#include "crypto/tlog/proof.hpp"
#include "crypto/tlog/tile.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

// Proofs out of the nodes of a tree. Tiles hold every eighth level; a store that proves often keeps those between them.
namespace rogatory::tlog {

// The hashes of a tile and all nodes above them, below the root of the tile itself: 510 hashes when it is full.
class TileTree {
public:
    TileTree() = default;
    // Hashes only what `before`, the same tile when it was narrower, does not hold yet. `hashes`: 1 to 256 of them.
    [[nodiscard]] static TileTree grown(const TileTree& before, ByteView hashes);

    [[nodiscard]] std::uint16_t width() const noexcept { return width_; }
    // The node `height` (0 to 7) levels above the hashes, whose 2^height hashes are all there.
    [[nodiscard]] const Hash& node(unsigned height, std::size_t index) const;
    // The nodes beside the way from that hash up are asked for next: eight places of memory, fetched at once instead of
    // one after the other.
    void expect_path(std::size_t hash) const noexcept {
        for (unsigned height = 0; height < kTileHeight; ++height) {
            __builtin_prefetch(&nodes_[start(height) + ((hash >> height) ^ 1U)]);
        }
    }

private:
    // The level of that height begins here: 256 hashes, then 128, 64, …
    static constexpr std::size_t start(unsigned height) { return 512 - (std::size_t{512} >> height); }

    std::uint16_t width_ = 0;
    std::array<Hash, 510> nodes_;
};

// Roots of complete subtrees.
class NodeReader {
public:
    virtual ~NodeReader() = default;
    // Of the 2^height leaves from index · 2^height on.
    [[nodiscard]] virtual Result<Hash> node(unsigned height, std::uint64_t index) = 0;
    // The root of leaves begin to end − 1, where that is at hand: the incomplete right edge. nullptr: it is put
    // together.
    [[nodiscard]] virtual const Hash* edge(std::uint64_t /*begin*/, std::uint64_t /*end*/) { return nullptr; }
};

// As those of proof.hpp.
[[nodiscard]] Result<ProofPath> prove_inclusion(std::uint64_t index, std::uint64_t size, NodeReader& nodes);
[[nodiscard]] Result<ProofPath> prove_consistency(std::uint64_t old_size, std::uint64_t new_size, NodeReader& nodes);
[[nodiscard]] Result<Hash> root_of(std::uint64_t size, NodeReader& nodes);

}  // namespace rogatory::tlog
