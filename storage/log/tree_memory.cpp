#include "storage/log/tree_memory.hpp"

#include <bit>
#include <utility>

namespace rogatory::storage {

TreeMemory::Tile TreeMemory::find(const Place& place, std::uint64_t width) {
    const std::lock_guard guard{mutex_};
    const auto found = kept_.find(place);
    if (found == kept_.end() || found->second.tile->width() < width) return nullptr;
    found->second.asked = true;
    return found->second.tile;
}

void TreeMemory::keep(const Place& place, Tile tile) {
    const std::lock_guard guard{mutex_};
    if (const auto found = kept_.find(place); found != kept_.end()) {
        if (found->second.tile->width() < tile->width()) found->second.tile = std::move(tile);
        found->second.asked = true;
        return;
    }
    // First, so that what throws leaves both as they were.
    in_turn_.reserve(capacity_);
    const auto added = kept_.emplace(place, Kept{std::move(tile), false}).first;
    if (in_turn_.size() < capacity_) {
        in_turn_.push_back(place);
        return;
    }
    // The first that nobody asked for since its last turn makes room; the newest has its turn last.
    while (true) {
        auto& at = in_turn_[turn_];
        turn_ = (turn_ + 1) % in_turn_.size();
        if (auto& oldest = kept_.at(at); oldest.asked) {
            oldest.asked = false;
            continue;
        }
        kept_.erase(at);
        at = added->first;
        return;
    }
}

std::shared_ptr<const TreeMemory::Head> TreeMemory::head() const {
    const std::lock_guard guard{mutex_};
    return head_;
}

void TreeMemory::show(std::uint64_t log, const tlog::Frontier& tree, std::string checkpoint) {
    auto head = std::make_shared<Head>(Head{log, tree.size(), std::move(checkpoint), {}});
    // A complete subtree for each one bit of the size, largest first; joined from the right they make what is left of
    // the tree from each of them on.
    const auto& subtrees = tree.subtrees();
    auto begin = tree.size();
    for (auto i = subtrees.size(); i-- > 0;) {
        begin &= begin - 1;  // the lowest one bit is the last subtree's size
        const auto& root = subtrees[i];
        head->edges.emplace_back(begin, head->edges.empty() ? root : tlog::node_hash(root, head->edges.back().second));
    }
    const std::lock_guard guard{mutex_};
    if (head_ && std::pair{head_->log, head_->size} > std::pair{head->log, head->size}) return;
    head_ = std::move(head);
}

}  // namespace rogatory::storage
