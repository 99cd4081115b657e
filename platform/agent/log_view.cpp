#include "platform/agent/log_view.hpp"

#include <algorithm>
#include <charconv>

#include "crypto/tlog/tile.hpp"
#include "platform/agent/evidence.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kEntriesFile = "log/entries";
constexpr std::size_t kEntryBytes = tlog::Entry::kBytes;

// "<host>/log/<n>": where the log is served, below the server's own address.
Result<std::uint64_t> log_number(std::string_view origin) {
    constexpr std::string_view kMark = "/log/";
    const auto at = origin.rfind(kMark);
    std::uint64_t number = 0;
    if (at != std::string_view::npos) {
        const auto digits = origin.substr(at + kMark.size());
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (error == std::errc{} && end == digits.data() + digits.size()) return number;
    }
    return fail(ErrorCode::invalid_input, "log.origin");
}

}  // namespace

Result<LogView> LogView::make(std::string policy_text) {
    ROGATORY_TRY(auto policy, tlog::Policy::parse(policy_text));
    ROGATORY_TRY_VOID(policy.require_protocol_form());
    auto origin = policy.logs().front().key.name();
    ROGATORY_TRY(const auto number, log_number(origin));
    return LogView{std::move(policy), std::move(policy_text), std::move(origin), number};
}

LogView::LogView(tlog::Policy policy, std::string policy_text, std::string origin, std::uint64_t number)
    : policy_{std::move(policy)}, policy_text_{std::move(policy_text)}, origin_{std::move(origin)}, number_{number} {}

void LogView::push(const tlog::Entry& entry) {
    const auto index = entries_.size();
    entries_.push_back(entry);
    if (const auto [place, fresh] = first_.try_emplace(entry.label, index); !fresh)
        again_[entry.label].push_back(index);
    auto hash = entry.leaf_hash();
    for (std::size_t level = 0;; ++level) {
        if (levels_.size() == level) levels_.emplace_back();
        levels_[level].push_back(hash);
        if (levels_[level].size() % 2 != 0) break;
        hash = tlog::node_hash(levels_[level][levels_[level].size() - 2], hash);
    }
}

// Forgets entries that were read under a checkpoint that turned out not to hold.
void LogView::truncate_to_verified() {
    std::vector<tlog::Entry> kept{entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(size_)};
    entries_.clear();
    levels_.clear();
    first_.clear();
    again_.clear();
    for (const auto& entry : kept) push(entry);
}

tlog::Hash LogView::root_at(std::uint64_t size) const {
    ensure(size <= entries_.size(), "a root is asked for within the log");
    if (size == 0) return tlog::empty_root();
    // The complete subtrees of the size, from the smallest (rightmost) to the largest, joined on the way.
    std::optional<tlog::Hash> root;
    for (std::size_t level = 0; level < levels_.size(); ++level) {
        if (((size >> level) & 1U) == 0) continue;
        const auto& subtree = levels_[level][(size >> level) - 1];
        root = root ? tlog::node_hash(subtree, *root) : subtree;
    }
    return *root;
}

Result<> LogView::restore(const ports::ProfileStore& profile) {
    ROGATORY_TRY(const auto stored, profile.load(kEntriesFile));
    if (!stored) return {};
    const auto count = stored->size() / kEntryBytes;
    for (std::size_t i = 0; i < count; ++i) {
        push(tlog::Entry::from(
            std::span<const std::uint8_t, kEntryBytes>{stored->data() + i * kEntryBytes, kEntryBytes}));
    }
    // Not verified yet: size_ stays 0 until a signed checkpoint agrees with what was read back.
    saved_ = stored->size() % kEntryBytes == 0 ? count : 0;
    return {};
}

Result<> LogView::read_entries(Environment& environment, std::uint64_t to) {
    while (entries_.size() < to) {
        const auto index = entries_.size() / tlog::kTileWidth;
        const auto width =
            static_cast<unsigned>(std::min<std::uint64_t>(tlog::kTileWidth, to - index * tlog::kTileWidth));
        ROGATORY_TRY(const auto bytes, environment.server.entry_bundle(number_, index, width));
        const auto bundle = tlog::decode_bundle(bytes);
        if (!bundle || bundle->size() < width) return alarm(environment, "log.entries", {{"bundle", bytes}});
        const auto have = entries_.size() - index * tlog::kTileWidth;
        for (std::size_t i = have; i < width; ++i) push((*bundle)[i]);
    }
    return {};
}

Result<> LogView::advance(Environment& environment) {
    ROGATORY_TRY(const auto note, environment.server.checkpoint(number_));
    const auto parsed = tlog::SignedCheckpoint::parse(as_text(note));
    if (!parsed) return alarm(environment, "log.signature", {{"checkpoint", note}}, parsed.error().key());
    const auto verified = policy_.verify(*parsed);
    if (!verified) return alarm(environment, "log.signature", {{"checkpoint", note}}, verified.error().key());
    const auto& head = verified->head();
    if (head.size < size_) {
        const auto known = head_text();
        return alarm(environment, "log.rolled_back", {{"checkpoint", note}, {"verified_before", as_bytes(known)}});
    }
    // What was read back from the profile may go further than this checkpoint, or be somebody's idea of a log.
    if (size_ == 0 && (entries_.size() > head.size || saved_ == 0)) {
        entries_.clear();
        truncate_to_verified();
        saved_ = 0;
    }
    if (auto read = read_entries(environment, head.size); !read) {
        truncate_to_verified();
        return read;
    }
    if (root_at(head.size) != head.root) {
        if (size_ == 0 && saved_ > 0) {
            // Perhaps only the copy on this device is wrong: once more, all of it from the server.
            truncate_to_verified();
            saved_ = 0;
            if (auto read = read_entries(environment, head.size); !read) {
                truncate_to_verified();
                return read;
            }
        }
        if (root_at(head.size) != head.root) {
            const auto known = head_text();
            truncate_to_verified();
            return alarm(environment, "log.forked", {{"checkpoint", note}, {"verified_before", as_bytes(known)}});
        }
    }
    size_ = head.size;
    log_signature_ = tlog::log_signature(verified->log(), *parsed);
    ensure(log_signature_.has_value(), "a verified checkpoint has the log's signature");
    if (verified->counts()) {
        counting_size_ = head.size;
        quorum_time_ = verified->quorum_time();
    }
    return save(environment);
}

Result<> LogView::change_policy(Environment& environment, LogView changed) {
    policy_ = std::move(changed.policy_);
    policy_text_ = std::move(changed.policy_text_);
    // Whether it counts under the new quorum is found out now.
    counting_size_ = 0;
    quorum_time_.reset();
    return advance(environment);
}

std::string LogView::head_text() const {
    if (size_ == 0) return origin_ + "\n0\n";
    return tlog::Checkpoint{origin_, {size_, root_at(size_)}, {}}.text();
}

Result<> LogView::save(Environment& environment) {
    if (saved_ == size_) return {};
    Bytes fresh;
    fresh.reserve((size_ - saved_) * kEntryBytes);
    for (auto i = saved_; i < size_; ++i) append(fresh, ByteView{entries_[i].bytes()});
    if (saved_ == 0) {
        ROGATORY_TRY_VOID(environment.profile.save(kEntriesFile, fresh));
    } else {
        ROGATORY_TRY_VOID(environment.profile.append_to(kEntriesFile, fresh));
    }
    saved_ = size_;
    return {};
}

Result<> LogView::require_consistent(Environment& environment, const tlog::TreeHead& other,
                                     std::string_view whence) const {
    if (other.size <= size_ && root_at(other.size) == other.root) return {};
    const auto mine = head_text();
    const auto theirs = tlog::Checkpoint{origin_, other, {}}.text();
    return alarm(environment, other.size > size_ ? "log.rolled_back" : "log.forked",
                 {{"verified", as_bytes(mine)}, {"other", as_bytes(theirs)}}, std::string{whence});
}

record::Seen LogView::seen() const {
    ensure(log_signature_.has_value(), "the log was read before anything is signed");
    return {size_, root_at(size_), *log_signature_};
}

bool LogView::signed_by_log(const record::Seen& seen) const {
    return tlog::verify_tree_head(policy_.logs().front().key, {seen.size, seen.root}, seen.signature);
}

std::vector<LogView::Place> LogView::places(const model::ChainId& chain, std::uint64_t seq) const {
    const auto label = tlog::entry_label(chain.value(), seq);
    std::vector<Place> found;
    const auto add = [&](std::uint64_t index) {
        if (index < size_) found.push_back({index, model::StatementId{entries_[index].id.value()}});
    };
    if (const auto first = first_.find(label); first != first_.end()) add(first->second);
    if (const auto more = again_.find(label); more != again_.end()) {
        for (const auto index : more->second) add(index);
    }
    return found;
}

}  // namespace rogatory::agent
