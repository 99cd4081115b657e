#include "platform/agent/log_view.hpp"

#include <algorithm>
#include <charconv>

#include "crypto/tlog/fork_proof.hpp"
#include "crypto/tlog/tile.hpp"
#include "platform/agent/cosigned_history.hpp"
#include "platform/agent/evidence.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kEntriesFile = "log/entries";
constexpr std::string_view kCheckpointFile = "log/checkpoint";
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
    : policy_{std::move(policy)},
      policy_text_{std::move(policy_text)},
      origin_{std::move(origin)},
      number_{number},
      cosigned_at_(policy_.witnesses().size()) {}

Result<> LogView::restore(const ports::ProfileStore& profile) {
    ROGATORY_TRY(const auto note, profile.load(kCheckpointFile));
    if (!note) return {};
    auto checkpoint = tlog::SignedCheckpoint::parse(as_text(*note));
    // Signed by the log of the policy, or not from here.
    if (!checkpoint || !policy_.verify(*checkpoint)) return {};
    ROGATORY_TRY(cosigned_, load_cosigned(profile));
    const auto& head = checkpoint->checkpoint.head;
    ROGATORY_TRY(const auto stored, profile.load(kEntriesFile));
    const auto count = stored ? stored->size() / kEntryBytes : 0;
    for (std::size_t i = 0; i < count && i < head.size; ++i) {
        tree_.push(tlog::Entry::from(
            std::span<const std::uint8_t, kEntryBytes>{stored->data() + i * kEntryBytes, kEntryBytes}));
    }
    if (tree_.size() != head.size || tree_.root_at(head.size) != head.root) {
        // The copy on this device is damaged: all of it from the server, and held to the checkpoint that was seen.
        tree_ = {};
        remembered_ = *std::move(checkpoint);
        return {};
    }
    size_ = head.size;
    saved_ = stored && stored->size() == head.size * kEntryBytes ? head.size : 0;
    checkpoint_ = *std::move(checkpoint);
    checkpoint_saved_ = true;
    return {};
}

Result<> LogView::read_entries(Environment& environment, tlog::LogTree& tree, std::uint64_t to) const {
    while (tree.size() < to) {
        const auto index = tree.size() / tlog::kTileWidth;
        const auto width =
            static_cast<unsigned>(std::min<std::uint64_t>(tlog::kTileWidth, to - index * tlog::kTileWidth));
        ROGATORY_TRY(const auto bytes, environment.server.entry_bundle(number_, index, width));
        const auto bundle = tlog::decode_bundle(bytes);
        if (!bundle || bundle->size() < width) return alarm(environment, "log.entries", {{"bundle", bytes}});
        const auto have = tree.size() - index * tlog::kTileWidth;
        for (std::size_t i = have; i < width; ++i) tree.push((*bundle)[i]);
    }
    return {};
}

Result<tlog::VerifiedCheckpoint> LogView::verified(Environment& environment, const Bytes& note) const {
    const auto parsed = tlog::SignedCheckpoint::parse(as_text(note));
    if (!parsed) return alarm(environment, "log.signature", {{"checkpoint", note}}, parsed.error().key());
    auto checked = policy_.verify(*parsed);
    if (!checked) return alarm(environment, "log.signature", {{"checkpoint", note}}, checked.error().key());
    return *std::move(checked);
}

Result<> LogView::advance(Environment& environment) {
    ROGATORY_TRY(const auto newest, environment.server.checkpoint(number_));
    ROGATORY_TRY_VOID(take(environment, newest, true));
    if (counting_size_ != size_) {
        const auto cosigned = environment.server.witnessed_checkpoint(number_);
        if (cosigned) {
            ROGATORY_TRY_VOID(take(environment, *cosigned, false));
        } else if (cosigned.error().code() != ErrorCode::not_found) {
            return fail(cosigned.error());
        }
    }
    return save(environment);
}

// One signed checkpoint: the newest, which may not go back, or the newest witnessed one, which may lag behind it.
Result<> LogView::take(Environment& environment, const Bytes& note, bool newest) {
    ROGATORY_TRY(const auto checkpoint, verified(environment, note));
    ROGATORY_TRY(auto parsed, tlog::SignedCheckpoint::parse(as_text(note)));
    const auto& head = checkpoint.head();
    if (head.size > size_ || !checkpoint_) {
        ROGATORY_TRY_VOID(extend(environment, parsed, note));
    } else {
        ROGATORY_TRY_VOID(require_consistent(environment, parsed, "the server's checkpoint"));
        if (newest && head.size < size_) {
            const auto known = checkpoint_->format();
            // An honest server that was put back to an older state learns it here, before it signs another history.
            static_cast<void>(environment.server.offer_checkpoint(number_, as_bytes(known)));
            return alarm(environment, "log.rolled_back", {{"checkpoint", note}, {"verified_before", as_bytes(known)}});
        }
    }
    count(checkpoint);
    return {};
}

Result<> LogView::extend(Environment& environment, const tlog::SignedCheckpoint& checkpoint, const Bytes& note) {
    const auto& head = checkpoint.checkpoint.head;
    auto read = read_entries(environment, tree_, head.size);
    if (read && tree_.root_at(head.size) != head.root) {
        // Perhaps a bundle was spoilt on the way, perhaps this is another history: what the server's log is from its
        // beginning on tells the two apart.
        tlog::LogTree afresh;
        read = read_entries(environment, afresh, head.size);
        if (read && afresh.root_at(head.size) != head.root) {
            read = alarm(environment, "log.entries", {{"checkpoint", note}}, "the entries do not give the root");
        } else if (read && checkpoint_ && afresh.root_at(size_) != checkpoint_->checkpoint.head.root) {
            read = forked(environment, *checkpoint_, checkpoint, afresh, "the server's checkpoint");
        } else if (read) {
            tree_ = std::move(afresh);
        }
    }
    if (!read) {
        tree_.truncate(size_);
        return read;
    }
    if (remembered_) {
        const auto& before = remembered_->checkpoint.head;
        const auto known = remembered_->format();
        const auto refuse = [&](tl::unexpected<Error> error) {
            tree_.truncate(size_);
            return error;
        };
        if (before.size > head.size) {
            static_cast<void>(environment.server.offer_checkpoint(number_, as_bytes(known)));
            return refuse(
                alarm(environment, "log.rolled_back", {{"checkpoint", note}, {"verified_before", as_bytes(known)}}));
        }
        if (tree_.root_at(before.size) != before.root) {
            return refuse(forked(environment, *remembered_, checkpoint, tree_, "an earlier run"));
        }
        remembered_.reset();
    }
    size_ = head.size;
    checkpoint_ = checkpoint;
    checkpoint_saved_ = false;
    return {};
}

void LogView::count(const tlog::VerifiedCheckpoint& checkpoint) {
    for (const auto& [witness, at] : checkpoint.cosignatures()) {
        auto& known = cosigned_at_.at(witness);
        known = known ? std::max(*known, at) : at;
    }
    if (!checkpoint.counts() || checkpoint.head().size < counting_size_) return;
    counting_size_ = checkpoint.head().size;
    const auto at = checkpoint.quorum_time();
    if (!at) return;
    quorum_time_ = quorum_time_ ? std::max(*quorum_time_, *at) : *at;
    auto newest = *at;
    for (const auto& cosignature : checkpoint.cosignatures()) newest = std::max(newest, cosignature.at);
    if (add_cosigned(cosigned_, {counting_size_, newest, *at})) cosigned_changed_ = true;
}

Result<> LogView::change_policy(Environment& environment, LogView changed) {
    policy_ = std::move(changed.policy_);
    policy_text_ = std::move(changed.policy_text_);
    // Whether it counts under the new quorum is found out now.
    counting_size_ = 0;
    quorum_time_.reset();
    cosigned_at_.assign(policy_.witnesses().size(), std::nullopt);
    return advance(environment);
}

Result<bool> LogView::would_count(Environment& environment, const LogView& other, std::uint64_t size) const {
    ROGATORY_TRY(auto newest, environment.server.checkpoint(number_));
    std::vector<Bytes> notes{std::move(newest)};
    if (auto cosigned = environment.server.witnessed_checkpoint(number_)) notes.push_back(*std::move(cosigned));
    for (const auto& note : notes) {
        const auto parsed = tlog::SignedCheckpoint::parse(as_text(note));
        const auto judged = parsed ? other.policy_.verify(*parsed) : fail(parsed.error());
        // Of the tree that was verified here, or not at all.
        if (judged && judged->counts() && judged->head().size >= size && judged->head().size <= size_ &&
            root_at(judged->head().size) == judged->head().root) {
            return true;
        }
    }
    return false;
}

std::string LogView::head_text() const { return tlog::Checkpoint{origin_, head(), {}}.text(); }

Result<> LogView::save(Environment& environment) {
    auto& profile = environment.profile;
    if (saved_ != size_) {
        Bytes fresh;
        fresh.reserve((size_ - saved_) * kEntryBytes);
        for (auto i = saved_; i < size_; ++i) append(fresh, ByteView{tree_.entry(i).bytes()});
        if (saved_ == 0) {
            ROGATORY_TRY_VOID(profile.save(kEntriesFile, fresh));
        } else {
            ROGATORY_TRY_VOID(profile.append_to(kEntriesFile, fresh));
        }
        saved_ = size_;
    }
    // After its entries: a checkpoint never stands for what is not there.
    if (!checkpoint_saved_ && checkpoint_) {
        ROGATORY_TRY_VOID(profile.save(kCheckpointFile, as_bytes(checkpoint_->format())));
        checkpoint_saved_ = true;
    }
    if (!cosigned_changed_) return {};
    cosigned_changed_ = false;
    return save_cosigned(profile, cosigned_);
}

Result<> LogView::require_consistent(Environment& environment, const tlog::TreeHead& other,
                                     std::string_view whence) const {
    if (other.size <= size_ && root_at(other.size) == other.root) return {};
    const auto mine = checkpoint_ ? checkpoint_->format() : head_text();
    const auto theirs = tlog::Checkpoint{origin_, other, {}}.text();
    return alarm(environment, other.size > size_ ? "log.rolled_back" : "log.forked",
                 {{"checkpoint", as_bytes(mine)}, {"remembered", as_bytes(theirs)}}, std::string{whence});
}

Result<> LogView::require_consistent(Environment& environment, const record::Seen& seen,
                                     std::string_view whence) const {
    ensure(signed_by_log(seen), "what the log did not sign proves nothing");
    tlog::SignedCheckpoint other;
    other.checkpoint = {origin_, {seen.size, seen.root}, {}};
    other.note.text = other.checkpoint.text();
    other.note.signatures.push_back({log_key().name(), log_key().id(), to_bytes(seen.signature.value())});
    return require_consistent(environment, other, whence);
}

Result<> LogView::require_consistent(Environment& environment, const tlog::SignedCheckpoint& other,
                                     std::string_view whence) const {
    const auto& theirs = other.checkpoint.head;
    ensure(checkpoint_.has_value(), "the log was read before anything is compared with it");
    if (theirs.size <= size_) {
        if (root_at(theirs.size) == theirs.root) return {};
        return forked(environment, other, *checkpoint_, tree_, whence);
    }
    // A larger one with the log's own signature that the server does not show: it is behind, or hides.
    const auto mine = checkpoint_->format();
    const auto note = other.format();
    return alarm(environment, "log.rolled_back", {{"checkpoint", as_bytes(mine)}, {"larger", as_bytes(note)}},
                 std::string{whence});
}

tl::unexpected<Error> LogView::forked(Environment& environment, const tlog::SignedCheckpoint& smaller,
                                      const tlog::SignedCheckpoint& larger, const tlog::LogTree& larger_tree,
                                      std::string_view whence) const {
    const auto at = smaller.checkpoint.head.size;
    const tlog::ForkProof proof{smaller, larger, larger_tree.root_at(at),
                                larger_tree.consistency(at, larger.checkpoint.head.size)};
    const auto first = smaller.format();
    const auto second = larger.format();
    const auto path = proof.consistency_text();
    const auto key = log_key().vkey();
    return fork_alarm(environment, "log.forked",
                      {{"smaller", as_bytes(first)},
                       {"larger", as_bytes(second)},
                       {"consistency", as_bytes(path)},
                       {"log_key", as_bytes(key)}},
                      std::string{whence});
}

tl::unexpected<Error> LogView::two_for_one_place(Environment& environment, const model::ChainId& chain,
                                                 std::uint64_t seq, ByteView envelope) const {
    const auto found = places(chain, seq);
    ensure(found.size() > 1 && checkpoint_.has_value(), "two entries stand at one place");
    const auto proof_of = [&](model::LogIndex index) {
        return tlog::LogProof{std::nullopt, index, tree_.inclusion(index, size_), *checkpoint_}.format();
    };
    const auto first = proof_of(found[0].index);
    const auto second = proof_of(found[1].index);
    const auto first_entry = tree_.entry(found[0].index).bytes();
    const auto second_entry = tree_.entry(found[1].index).bytes();
    const auto key = log_key().vkey();
    return fork_alarm(environment, "chain.forked",
                      {{"first_proof", as_bytes(first)},
                       {"first_entry", ByteView{first_entry}},
                       {"second_proof", as_bytes(second)},
                       {"second_entry", ByteView{second_entry}},
                       {"statement", envelope},
                       {"log_key", as_bytes(key)}},
                      "two entries for one place");
}

record::Seen LogView::seen() const {
    ensure(checkpoint_.has_value(), "the log was read before anything is signed");
    const auto signature = tlog::log_signature(log_key(), *checkpoint_);
    ensure(signature.has_value(), "a verified checkpoint has the log's signature");
    return {size_, root_at(size_), *signature};
}

bool LogView::signed_by_log(const record::Seen& seen) const {
    return tlog::verify_tree_head(log_key(), {seen.size, seen.root}, seen.signature);
}

Result<> LogView::require_fresh(const Clock& clock) const {
    if (!witnessed() || size_ == 0) return {};
    // The device's own clock: a server that freezes the log freezes every time it gives, too.
    const auto wall = clock.wall();
    if (!quorum_time_ || wall - *quorum_time_ > kDay || *quorum_time_ - wall > 5 * kMinute) {
        return fail(ErrorCode::unavailable, "log.not_fresh");
    }
    return {};
}

bool LogView::disputed(model::LogIndex index, UnixSeconds at) const {
    return witnessed() && date_disputed(cosigned_, index, at);
}

std::vector<LogView::Place> LogView::places(const model::ChainId& chain, std::uint64_t seq) const {
    std::vector<Place> found;
    for (const auto index : tree_.places(crypto::Digest{chain.value()}, seq, size_)) {
        found.push_back({index, model::StatementId{tree_.entry(index).id.value()}});
    }
    return found;
}

}  // namespace rogatory::agent
