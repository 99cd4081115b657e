#include "platform/service/spare_states.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace rogatory::service {

namespace {

bool same(const record::Head& a, const record::Head& b) {
    return a.length == b.length && a.last == b.last && a.index == b.index;
}

// Where the first statement that it lacks stands among those; their number: it lacks none. Nothing: it is none of
// theirs.
std::optional<std::size_t> lacks_from(const record::Head& head, const std::deque<SpareStates::Applied>& recent) {
    for (std::size_t i = 0; i < recent.size(); ++i) {
        if (same(recent[i].before, head)) return i;
    }
    const bool newest =
        !recent.empty() && head.last == recent.back().statement->id() && head.index == recent.back().index;
    return newest ? std::optional{recent.size()} : std::nullopt;
}

}  // namespace

const record::Head& head_of(const ChainState& state) {
    return std::visit([](const auto& chain) -> const record::Head& { return chain.head(); }, state);
}

SharedState SpareStates::lend(const model::ChainId& chain, std::unique_ptr<ChainState> state) {
    auto bring_back = [to = weak_from_this(), chain](ChainState* lent) noexcept {
        std::unique_ptr<ChainState> back{lent};
        try {
            if (const auto spares = to.lock()) spares->come_back(chain, std::move(back));
        } catch (const std::exception&) {
            return;  // one spare less: the next statement is judged in a copy
        }
    };
    return std::shared_ptr<ChainState>{state.release(), std::move(bring_back)};
}

void SpareStates::come_back(const model::ChainId& chain, std::unique_ptr<ChainState> state) {
    std::unique_ptr<ChainState> dropped;  // a long chain takes a while to go, which nobody should wait for
    const std::lock_guard guard{mutex_};
    const auto found = written_.find(chain);
    if (found == written_.end() || !lacks_from(head_of(*state), found->second.recent)) {
        dropped = std::move(state);
        return;
    }
    auto& spare = found->second.spare;
    spare.push_back(std::move(state));  // there is room: see note()
    std::sort(spare.begin(), spare.end(),
              [](const auto& a, const auto& b) { return head_of(*a).length < head_of(*b).length; });
    if (spare.size() > kOfEach) {
        dropped = std::move(spare.front());
        spare.erase(spare.begin());
    }
}

std::optional<SpareStates::Spare> SpareStates::take(const model::ChainId& chain, const record::Head& head) {
    std::vector<std::unique_ptr<ChainState>> dropped;
    const std::lock_guard guard{mutex_};
    const auto found = written_.find(chain);
    if (found == written_.end()) return std::nullopt;
    auto& [recent, spare, place] = found->second;
    // What came after the head was rolled back: the statement may come again, at another index.
    const auto end = lacks_from(head, recent);
    recent.resize(end.value_or(0));
    while (!spare.empty()) {
        auto state = std::move(spare.back());
        spare.pop_back();
        const auto& at = head_of(*state);
        if (same(at, head)) return Spare{std::move(state), {}};
        if (const auto from = lacks_from(at, recent)) {
            return Spare{std::move(state), {recent.begin() + static_cast<std::ptrdiff_t>(*from), recent.end()}};
        }
        dropped.push_back(std::move(state));
    }
    return std::nullopt;
}

std::unique_ptr<ChainState> SpareStates::exactly(const model::ChainId& chain, const model::StatementId& head,
                                                 model::LogIndex index) {
    const std::lock_guard guard{mutex_};
    const auto found = written_.find(chain);
    if (found == written_.end()) return nullptr;
    auto& spare = found->second.spare;
    const auto it = std::find_if(spare.begin(), spare.end(), [&](const auto& one) {
        return head_of(*one).last == head && head_of(*one).index == index;
    });
    if (it == spare.end()) return nullptr;
    auto state = std::move(*it);
    spare.erase(it);
    return state;
}

void SpareStates::note(const model::ChainId& chain, Applied applied) {
    Written dropped;
    const std::lock_guard guard{mutex_};
    auto found = written_.find(chain);
    if (found == written_.end()) {
        if (written_.size() >= kChains) {
            const auto oldest = written_.find(oldest_first_.front());
            dropped = std::move(oldest->second);
            written_.erase(oldest);
            oldest_first_.pop_front();
        }
        oldest_first_.push_back(chain);
        found = written_.emplace(chain, Written{{}, {}, std::prev(oldest_first_.end())}).first;
        found->second.spare.reserve(kOfEach + 1);
    }
    auto& [recent, spare, place] = found->second;
    oldest_first_.splice(oldest_first_.end(), oldest_first_, place);
    if (lacks_from(applied.before, recent) != recent.size()) recent.clear();
    recent.push_back(std::move(applied));
    if (recent.size() > kRemembered) recent.pop_front();
}

}  // namespace rogatory::service
