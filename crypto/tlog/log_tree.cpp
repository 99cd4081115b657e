#include "crypto/tlog/log_tree.hpp"

#include <optional>

#include "crypto/tlog/tile.hpp"
#include "platform/base/ensure.hpp"

namespace rogatory::tlog {

namespace {

// Tiles of a tree whose complete subtrees are all in memory.
class LevelReader final : public TileReader {
public:
    explicit LevelReader(const std::vector<std::vector<Hash>>& levels) : levels_{levels} {}

    Result<Bytes> read_tile(const TileCoordinate& tile) override {
        const auto level = std::size_t{tile.level} * 8;
        ensure(level < levels_.size(), "a tile of the tree is asked for");
        const auto first = tile.index * kTileWidth;
        ensure(first + tile.width <= levels_[level].size(), "a tile within the tree is asked for");
        Bytes hashes;
        for (std::uint64_t i = first; i < first + tile.width; ++i) append(hashes, ByteView{levels_[level][i].value()});
        return hashes;
    }

private:
    const std::vector<std::vector<Hash>>& levels_;
};

}  // namespace

void LogTree::push(const Entry& entry) {
    const auto index = entries_.size();
    entries_.push_back(entry);
    if (const auto [place, fresh] = first_.try_emplace(entry.label, index); !fresh)
        again_[entry.label].push_back(index);
    auto hash = entry.leaf_hash();
    for (std::size_t level = 0;; ++level) {
        if (levels_.size() == level) levels_.emplace_back();
        levels_[level].push_back(hash);
        if (levels_[level].size() % 2 != 0) break;
        hash = node_hash(levels_[level][levels_[level].size() - 2], hash);
    }
}

void LogTree::truncate(std::uint64_t size) {
    if (size >= entries_.size()) return;
    const std::vector<Entry> kept{entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(size)};
    *this = LogTree{};
    for (const auto& entry : kept) push(entry);
}

Hash LogTree::root_at(std::uint64_t size) const {
    ensure(size <= entries_.size(), "a root is asked for within the log");
    if (size == 0) return empty_root();
    // The complete subtrees of the size, from the smallest (rightmost) to the largest, joined on the way.
    std::optional<Hash> root;
    for (std::size_t level = 0; level < levels_.size(); ++level) {
        if (((size >> level) & 1U) == 0) continue;
        const auto& subtree = levels_[level][(size >> level) - 1];
        root = root ? node_hash(subtree, *root) : subtree;
    }
    ensure(root.has_value(), "a size has a bit that is set");
    return *root;
}

ProofPath LogTree::consistency(std::uint64_t old_size, std::uint64_t new_size) const {
    ensure(old_size <= new_size && new_size <= entries_.size(), "a proof is asked for within the log");
    LevelReader reader{levels_};
    auto path = prove_consistency(old_size, new_size, reader);
    ensure(path.has_value(), "all tiles are here");
    return *std::move(path);
}

ProofPath LogTree::inclusion(std::uint64_t index, std::uint64_t size) const {
    ensure(index < size && size <= entries_.size(), "a proof is asked for within the log");
    LevelReader reader{levels_};
    auto path = prove_inclusion(index, size, reader);
    ensure(path.has_value(), "all tiles are here");
    return *std::move(path);
}

std::vector<std::uint64_t> LogTree::places(const crypto::Digest& chain, std::uint64_t seq, std::uint64_t size) const {
    const auto label = entry_label(chain.value(), seq);
    std::vector<std::uint64_t> found;
    const auto add = [&](std::uint64_t index) {
        if (index < size) found.push_back(index);
    };
    if (const auto first = first_.find(label); first != first_.end()) add(first->second);
    if (const auto more = again_.find(label); more != again_.end()) {
        for (const auto index : more->second) add(index);
    }
    return found;
}

}  // namespace rogatory::tlog
