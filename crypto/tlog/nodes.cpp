#include "crypto/tlog/nodes.hpp"

#include <algorithm>

#include "platform/base/ensure.hpp"

namespace rogatory::tlog {

TileTree TileTree::grown(const TileTree& before, ByteView hashes) {
    const auto width = hashes.size() / kHashBytes;
    ensure(width >= 1 && width <= kTileWidth && hashes.size() % kHashBytes == 0, "a tile holds 1 to 256 hashes");
    ensure(width >= before.width_, "a tile only grows");
    auto tree = before;
    for (std::size_t i = before.width_; i < width; ++i) {
        ByteArray<kHashBytes> hash;
        std::copy_n(hashes.begin() + static_cast<std::ptrdiff_t>(i * kHashBytes), kHashBytes, hash.begin());
        tree.nodes_[i] = Hash{hash};
        // Each hash at an odd place completes a pair, and perhaps the pairs above it.
        for (unsigned height = 0; height < kTileHeight - 1 && ((i >> height) & 1U) != 0; ++height) {
            const auto right = start(height) + (i >> height);
            tree.nodes_[start(height + 1) + (i >> (height + 1))] =
                node_hash(tree.nodes_[right - 1], tree.nodes_[right]);
        }
    }
    tree.width_ = static_cast<std::uint16_t>(width);
    return tree;
}

const Hash& TileTree::node(unsigned height, std::size_t index) const {
    ensure(height < kTileHeight && (index + 1) << height <= width_, "a node of the tile is asked for");
    return nodes_[start(height) + index];
}

}  // namespace rogatory::tlog
