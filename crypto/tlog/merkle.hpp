#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "crypto/primitives/sha256.hpp"
#include "platform/base/bytes.hpp"

// The Merkle tree of RFC 6962 §2.1, as pure arithmetic: hashes in, hashes out.
namespace rogatory::tlog {

using Hash = crypto::Digest;

// A tree of `size` leaves and its root: what a checkpoint signs and a client remembers.
struct TreeHead {
    std::uint64_t size = 0;
    Hash root;

    friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

// SHA-256 of nothing: the root of a tree of size 0.
[[nodiscard]] Hash empty_root();
[[nodiscard]] TreeHead empty_tree();
// SHA-256(0x00 ‖ entry). The two prefixes keep a leaf from being taken for a node (second preimages).
[[nodiscard]] Hash leaf_hash(ByteView entry);
// SHA-256(0x01 ‖ left ‖ right).
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);

// A tree that can be appended to and asked for its root, in memory proportional to log(size): the roots of its complete
// subtrees, largest first. What came before cannot be got out of it.
class Frontier {
public:
    Frontier() = default;  // the empty tree

    void append(const Hash& leaf);
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] Hash root() const;
    [[nodiscard]] TreeHead head() const { return {size_, root()}; }

    // 8 bytes of size, big-endian, then one hash for each one bit of the size, largest subtree first.
    [[nodiscard]] Bytes encode() const;
    [[nodiscard]] static std::optional<Frontier> decode(ByteView bytes);

    // The frontier of a tree of this size from the roots of its complete subtrees, largest first, as trusted as they
    // are. A bug unless there is one for each one bit of the size.
    [[nodiscard]] static Frontier from(std::uint64_t size, std::vector<Hash> subtrees);
    [[nodiscard]] const std::vector<Hash>& subtrees() const noexcept { return subtrees_; }

    friend bool operator==(const Frontier&, const Frontier&) = default;

private:
    std::uint64_t size_ = 0;
    std::vector<Hash> subtrees_;
};

}  // namespace rogatory::tlog
