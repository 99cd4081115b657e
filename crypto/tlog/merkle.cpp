#include "crypto/tlog/merkle.hpp"

#include <algorithm>
#include <bit>

#include "crypto/labels.hpp"
#include "platform/base/ensure.hpp"

namespace rogatory::tlog {

namespace {

constexpr ByteArray<1> kLeafPrefix{0x00};
constexpr ByteArray<1> kNodePrefix{0x01};

}  // namespace

Hash empty_root() { return crypto::sha256(ByteView{}); }

TreeHead empty_tree() { return {0, empty_root()}; }

Hash leaf_hash(ByteView entry) { return crypto::sha256({kLeafPrefix, entry}); }

Hash node_hash(const Hash& left, const Hash& right) {
    return crypto::sha256({kNodePrefix, left.value(), right.value()});
}

void Frontier::append(const Hash& leaf) {
    ensure(size_ < UINT64_MAX, "a tree has fewer than 2^64 leaves");
    subtrees_.push_back(leaf);
    // Each trailing one bit of the old size is a complete subtree that the new leaf completes to the next larger.
    for (auto bits = size_; (bits & 1U) != 0; bits >>= 1U) {
        const auto right = subtrees_.back();
        subtrees_.pop_back();
        subtrees_.back() = node_hash(subtrees_.back(), right);
    }
    ++size_;
}

// RFC 6962 §2.1: MTH(D[n]) splits at the largest power of two below n, so the root folds the complete subtrees from the
// right.
Hash Frontier::root() const {
    if (subtrees_.empty()) return empty_root();
    auto root = subtrees_.back();
    for (auto i = subtrees_.size() - 1; i-- > 0;) root = node_hash(subtrees_[i], root);
    return root;
}

Frontier Frontier::from(std::uint64_t size, std::vector<Hash> subtrees) {
    ensure(subtrees.size() == static_cast<std::size_t>(std::popcount(size)),
           "a frontier has a subtree for each one bit");
    Frontier frontier;
    frontier.size_ = size;
    frontier.subtrees_ = std::move(subtrees);
    return frontier;
}

Bytes Frontier::encode() const {
    Bytes out;
    rogatory::append(out, crypto::big_endian(size_));
    for (const auto& subtree : subtrees_) rogatory::append(out, subtree.value());
    return out;
}

std::optional<Frontier> Frontier::decode(ByteView bytes) {
    if (bytes.size() < 8) return std::nullopt;
    Frontier frontier;
    for (const auto byte : bytes.first(8)) frontier.size_ = (frontier.size_ << 8U) | byte;
    bytes = bytes.subspan(8);
    if (bytes.size() != 32 * static_cast<std::size_t>(std::popcount(frontier.size_))) return std::nullopt;
    for (; !bytes.empty(); bytes = bytes.subspan(32)) {
        ByteArray<32> hash;
        std::copy_n(bytes.begin(), hash.size(), hash.begin());
        frontier.subtrees_.emplace_back(hash);
    }
    return frontier;
}

}  // namespace rogatory::tlog
