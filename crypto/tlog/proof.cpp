#include "crypto/tlog/proof.hpp"

#include <algorithm>
#include <bit>
#include <map>

#include "crypto/tlog/nodes.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::tlog {

// RFC 9162 §2.1.3.2.
bool verify_inclusion(const Hash& leaf, std::uint64_t index, const TreeHead& tree, std::span<const Hash> path) {
    if (index >= tree.size) return false;
    auto fn = index;
    auto sn = tree.size - 1;
    auto root = leaf;
    for (const auto& sibling : path) {
        if (sn == 0) return false;
        if ((fn & 1U) != 0 || fn == sn) {
            root = node_hash(sibling, root);
            if ((fn & 1U) == 0) {
                const auto zeros = static_cast<unsigned>(std::countr_zero(fn));  // fn is not zero here: fn == sn > 0
                fn >>= zeros;
                sn >>= zeros;
            }
        } else {
            root = node_hash(root, sibling);
        }
        fn >>= 1U;
        sn >>= 1U;
    }
    return sn == 0 && root == tree.root;
}

// RFC 9162 §2.1.4.2; the two cases it leaves out (an empty older tree, equal sizes) by RFC 6962 §2.1.2: nothing to
// prove.
bool verify_consistency(const TreeHead& older, const TreeHead& newer, std::span<const Hash> path) {
    if (older.size > newer.size) return false;
    if (older.size == newer.size) return path.empty() && older.root == newer.root;
    if (older.size == 0) return path.empty() && older.root == empty_root();
    // A power of two is a complete subtree of the newer tree: its root is not in the path but known.
    const auto complete = std::has_single_bit(older.size);
    if (!complete && path.empty()) return false;
    auto fn = older.size - 1;
    auto sn = newer.size - 1;
    while ((fn & 1U) != 0) {
        fn >>= 1U;
        sn >>= 1U;
    }
    auto old_root = complete ? older.root : path.front();
    auto new_root = old_root;
    for (const auto& node : complete ? path : path.subspan(1)) {
        if (sn == 0) return false;
        if ((fn & 1U) != 0 || fn == sn) {
            old_root = node_hash(node, old_root);
            new_root = node_hash(node, new_root);
            if ((fn & 1U) == 0 && fn != 0) {
                const auto zeros = static_cast<unsigned>(std::countr_zero(fn));
                fn >>= zeros;
                sn >>= zeros;
            }
        } else {
            new_root = node_hash(new_root, node);
        }
        fn >>= 1U;
        sn >>= 1U;
    }
    return sn == 0 && old_root == older.root && new_root == newer.root;
}

namespace {

// The nodes between those that tiles hold, hashed anew at each use. Each tile is read once.
class NodesOfTiles final : public NodeReader {
public:
    NodesOfTiles(std::uint64_t size, TileReader& tiles) : size_{size}, tiles_{tiles} {}

    Result<Hash> node(unsigned height, std::uint64_t index) override {
        const auto level = height / kTileHeight;
        const auto within = height % kTileHeight;
        const auto first = index << within;  // number of its first hash at that level
        ROGATORY_TRY(const auto tile, tile_at(level, first / kTileWidth));
        const auto hashes = std::uint64_t{1} << within;
        const auto offset = (first % kTileWidth) * kHashBytes;
        if (tile.size() < offset + hashes * kHashBytes) {
            return fail(ErrorCode::integrity, "log.tile_malformed", "a hash tile is too short");
        }
        Frontier part;
        for (std::uint64_t i = 0; i < hashes; ++i) {
            ByteArray<kHashBytes> hash;
            std::copy_n(tile.begin() + static_cast<std::ptrdiff_t>(offset + i * kHashBytes), kHashBytes, hash.begin());
            part.append(Hash{hash});
        }
        return part.root();
    }

private:
    Result<ByteView> tile_at(unsigned level, std::uint64_t index) {
        const auto key = std::pair{level, index};
        if (const auto known = read_.find(key); known != read_.end()) return ByteView{known->second};
        const auto width = std::min(kTileWidth, hashes_at_level(size_, level) - index * kTileWidth);
        ROGATORY_TRY(auto tile,
                     tiles_.read_tile({static_cast<std::uint8_t>(level), index, static_cast<std::uint16_t>(width)}));
        return ByteView{read_.emplace(key, std::move(tile)).first->second};
    }

    std::uint64_t size_;
    TileReader& tiles_;
    std::map<std::pair<unsigned, std::uint64_t>, Bytes> read_;
};

// Hashes of any aligned part of a tree, out of its nodes.
class Subtrees {
public:
    explicit Subtrees(NodeReader& nodes) : nodes_{nodes} {}

    // MTH(D[begin:end]); begin is a multiple of the smallest power of two that is not below end − begin, as it always
    // is in RFC 6962's recursions.
    Result<Hash> root(std::uint64_t begin, std::uint64_t end) {
        const auto count = end - begin;
        if (count == 0) return empty_root();
        if (std::has_single_bit(count)) {
            const auto height = static_cast<unsigned>(std::countr_zero(count));
            return nodes_.node(height, begin >> height);
        }
        if (const auto* const known = nodes_.edge(begin, end)) return *known;
        const auto split = begin + std::bit_floor(count);
        ROGATORY_TRY(const auto left, root(begin, split));
        ROGATORY_TRY(const auto right, root(split, end));
        return node_hash(left, right);
    }

    // RFC 6962 §2.1.1: PATH(m, D[begin:end]), from the leaf up.
    Result<> path(std::uint64_t m, std::uint64_t begin, std::uint64_t end, ProofPath& out) {
        if (end - begin == 1) return {};
        const auto split = begin + largest_power_below(end - begin);
        if (m < split) {
            ROGATORY_TRY_VOID(path(m, begin, split, out));
            return push(split, end, out);
        }
        ROGATORY_TRY_VOID(path(m, split, end, out));
        return push(begin, split, out);
    }

    // RFC 6962 §2.1.2: SUBPROOF(m, D[begin:end], whole).
    Result<> subproof(std::uint64_t m, std::uint64_t begin, std::uint64_t end, bool whole, ProofPath& out) {
        if (m == end) {
            if (whole) return {};  // the verifier has this root
            return push(begin, end, out);
        }
        const auto split = begin + largest_power_below(end - begin);
        if (m <= split) {
            ROGATORY_TRY_VOID(subproof(m, begin, split, whole, out));
            return push(split, end, out);
        }
        ROGATORY_TRY_VOID(subproof(m, split, end, false, out));
        return push(begin, split, out);
    }

private:
    // The largest power of two smaller than n, for n > 1.
    static std::uint64_t largest_power_below(std::uint64_t n) { return std::bit_floor(n - 1); }

    Result<> push(std::uint64_t begin, std::uint64_t end, ProofPath& out) {
        ROGATORY_TRY(const auto hash, root(begin, end));
        out.push_back(hash);
        return {};
    }

    NodeReader& nodes_;
};

}  // namespace

Result<ProofPath> prove_inclusion(std::uint64_t index, std::uint64_t size, NodeReader& nodes) {
    ensure(index < size, "the leaf is in the tree");
    ProofPath path;
    path.reserve(static_cast<std::size_t>(std::bit_width(size)));
    ROGATORY_TRY_VOID(Subtrees{nodes}.path(index, 0, size, path));
    return path;
}

Result<ProofPath> prove_consistency(std::uint64_t old_size, std::uint64_t new_size, NodeReader& nodes) {
    ensure(old_size <= new_size, "a tree only grows");
    ProofPath path;
    if (old_size == 0 || old_size == new_size) return path;
    ROGATORY_TRY_VOID(Subtrees{nodes}.subproof(old_size, 0, new_size, true, path));
    return path;
}

Result<Hash> root_of(std::uint64_t size, NodeReader& nodes) { return Subtrees{nodes}.root(0, size); }

Result<ProofPath> prove_inclusion(std::uint64_t index, std::uint64_t size, TileReader& tiles) {
    NodesOfTiles nodes{size, tiles};
    return prove_inclusion(index, size, nodes);
}

Result<ProofPath> prove_consistency(std::uint64_t old_size, std::uint64_t new_size, TileReader& tiles) {
    NodesOfTiles nodes{new_size, tiles};
    return prove_consistency(old_size, new_size, nodes);
}

Result<Hash> root_of(std::uint64_t size, TileReader& tiles) {
    NodesOfTiles nodes{size, tiles};
    return root_of(size, nodes);
}

}  // namespace rogatory::tlog
