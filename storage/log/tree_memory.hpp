#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "crypto/tlog/nodes.hpp"

namespace rogatory::storage {

// What stands in memory of the signed trees, so that a proof is copying and not hashing: the newest checkpoint, and the
// tiles that are asked for, each with the nodes above its hashes. All connections of a store share one.
//
// A log only grows: a node of a signed tree is that node for ever, so nothing is ever thrown away for being old, and a
// wider tile serves whoever asks for a narrower one. What goes in must be signed and durable.
class TreeMemory {
public:
    // As many tiles as a log of a million entries has, at 16 KiB each.
    static constexpr std::size_t kTiles = 4'096;
    explicit TreeMemory(std::size_t tiles = kTiles) : capacity_{std::max<std::size_t>(tiles, 1)} {}

    using Tile = std::shared_ptr<const tlog::TileTree>;
    struct Place {
        std::uint64_t log = 0;
        std::uint64_t index = 0;
        unsigned level = 0;

        friend bool operator==(const Place&, const Place&) = default;
    };
    // nullptr where it is not here, or narrower than that.
    [[nodiscard]] Tile find(const Place& place, std::uint64_t width);
    // In the place of what is narrower.
    void keep(const Place& place, Tile tile);

    // The newest log's, as it was signed last.
    struct Head {
        std::uint64_t log = 0;
        std::uint64_t size = 0;
        std::string checkpoint;  // signed note
        // The roots of the incomplete parts that end at its right edge, with where each begins.
        std::vector<std::pair<std::uint64_t, tlog::Hash>> edges;
    };
    [[nodiscard]] std::shared_ptr<const Head> head() const;
    // From the frontier of the tree that the checkpoint signs. One that is older than what stands here is not taken.
    void show(std::uint64_t log, const tlog::Frontier& tree, std::string checkpoint);

private:
    struct Hashed {
        std::size_t operator()(const Place& place) const noexcept {
            return static_cast<std::size_t>((place.index << 16U) ^ (place.log << 8U) ^ place.level) *
                   0x9e3779b97f4a7c15U;
        }
    };
    struct Kept {
        Tile tile;
        bool asked;  // since its last turn
    };

    std::size_t capacity_;
    mutable std::mutex mutex_;
    std::unordered_map<Place, Kept, Hashed> kept_;
    // Second chance: to find a tile touches nothing but the tile. An order of last use, kept in a list, touched three
    // other places of memory at each find, which cost more than the proof's hashes.
    std::vector<Place> in_turn_;
    std::size_t turn_ = 0;
    std::shared_ptr<const Head> head_;
};

}  // namespace rogatory::storage
