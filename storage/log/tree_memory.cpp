#include "storage/log/tree_memory.hpp"

#include <bit>
#include <utility>

namespace rogatory::storage {

TreeMemory::Tile TreeMemory::find(const Place& place, std::uint64_t width) {
    const std::lock_guard guard{mutex_};
    const auto found = kept_.find(place);
    if (found == kept_.end() || found->second.tile->width() < width) return nullptr;
    oldest_first_.splice(oldest_first_.end(), oldest_first_, found->second.order);
    return found->second.tile;
}

void TreeMemory::keep(const Place& place, Tile tile) {
    const std::lock_guard guard{mutex_};
    if (const auto found = kept_.find(place); found != kept_.end()) {
        if (found->second.tile->width() < tile->width()) found->second.tile = std::move(tile);
        oldest_first_.splice(oldest_first_.end(), oldest_first_, found->second.order);
        return;
    }
    // Made apart first: what throws leaves list and map as they were.
    std::list<Place> made{place};
    kept_.emplace(place, Kept{std::move(tile), made.begin()});
    oldest_first_.splice(oldest_first_.end(), made);
    if (kept_.size() > capacity_) {
        kept_.erase(oldest_first_.front());
        oldest_first_.pop_front();
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
