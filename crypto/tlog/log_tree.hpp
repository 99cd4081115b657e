#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/merkle.hpp"
#include "crypto/tlog/proof.hpp"

namespace rogatory::tlog {

// Every entry of a log as somebody has read it: the root at every size, proofs between them, and for each label its
// places. Pure; whether a root is the right one is for the caller to say, who has a signed checkpoint.
class LogTree {
public:
    void push(const Entry& entry);
    // Forgets the entries from `size` on.
    void truncate(std::uint64_t size);

    [[nodiscard]] std::uint64_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] const Entry& entry(std::uint64_t index) const { return entries_.at(index); }
    // Sizes up to size() (bug otherwise).
    [[nodiscard]] Hash root_at(std::uint64_t size) const;
    [[nodiscard]] ProofPath consistency(std::uint64_t old_size, std::uint64_t new_size) const;
    [[nodiscard]] ProofPath inclusion(std::uint64_t index, std::uint64_t size) const;

    // The indexes below `size` of the entries with the label of this place of a chain, in order: none, one, or the
    // evidence of a fork. For every seq up to the head a client was given exactly one, for head + 1 none (protocol §5).
    [[nodiscard]] std::vector<std::uint64_t> places(const crypto::Digest& chain, std::uint64_t seq,
                                                    std::uint64_t size) const;
    [[nodiscard]] bool has_label(const EntryLabel& label) const { return first_.contains(label); }
    // Some label stands twice: never in an honest log.
    [[nodiscard]] bool has_repeated_labels() const noexcept { return !again_.empty(); }

private:
    std::vector<Entry> entries_;
    std::vector<std::vector<Hash>> levels_;  // [l][i]: root of the complete subtree of 2^l leaves number i
    std::unordered_map<EntryLabel, std::uint64_t, EntryLabelHash> first_;
    std::unordered_map<EntryLabel, std::vector<std::uint64_t>, EntryLabelHash> again_;
};

}  // namespace rogatory::tlog
