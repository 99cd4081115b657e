#include "platform/agent/single_log.hpp"

#include <algorithm>

#include "crypto/tlog/fork_proof.hpp"
#include "crypto/tlog/succession.hpp"
#include "crypto/tlog/tile.hpp"
#include "platform/agent/cosigned_history.hpp"
#include "platform/agent/evidence.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::string_view kEntriesFile = "entries";
constexpr std::string_view kCheckpointFile = "checkpoint";
constexpr std::size_t kEntryBytes = tlog::Entry::kBytes;

}  // namespace

Result<SingleLog> SingleLog::make(std::string policy_text) {
    ROGATORY_TRY(auto policy, tlog::Policy::parse(policy_text));
    ROGATORY_TRY_VOID(policy.require_protocol_form());
    auto origin = policy.logs().front().key.name();
    const auto number = tlog::log_number(origin);
    if (!number) return fail(ErrorCode::invalid_input, "log.origin");
    return SingleLog{std::move(policy), std::move(policy_text), std::move(origin), *number};
}

SingleLog::SingleLog(tlog::Policy policy, std::string policy_text, std::string origin, std::uint64_t number)
    : policy_{std::move(policy)},
      policy_text_{std::move(policy_text)},
      origin_{std::move(origin)},
      number_{number},
      cosigned_at_(policy_.witnesses().size()) {}

std::string SingleLog::file_of(std::uint64_t number, std::string_view name) {
    return "log/" + (number == 0 ? std::string{} : std::to_string(number) + "/") + std::string{name};
}

Result<> SingleLog::restore(const ports::ProfileStore& profile) {
    ROGATORY_TRY(const auto note, profile.load(file(kCheckpointFile)));
    if (!note) return {};
    auto checkpoint = tlog::SignedCheckpoint::parse(as_text(*note));
    // Signed by the log of the policy, or not from here.
    if (!checkpoint || !policy_.verify(*checkpoint)) return {};
    ROGATORY_TRY(cosigned_, load_cosigned(profile, file("cosigned")));
    const auto& head = checkpoint->checkpoint.head;
    ROGATORY_TRY(const auto stored, profile.load(file(kEntriesFile)));
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

Result<> SingleLog::read_entries(Environment& environment, std::uint64_t number, tlog::LogTree& tree,
                                 std::uint64_t to) {
    while (tree.size() < to) {
        const auto index = tree.size() / tlog::kTileWidth;
        const auto width =
            static_cast<unsigned>(std::min<std::uint64_t>(tlog::kTileWidth, to - index * tlog::kTileWidth));
        ROGATORY_TRY(const auto bytes, environment.server.entry_bundle(number, index, width));
        const auto bundle = tlog::decode_bundle(bytes);
        if (!bundle || bundle->size() < width) return alarm(environment, "log.entries", {{"bundle", bytes}});
        const auto have = tree.size() - index * tlog::kTileWidth;
        for (std::size_t i = have; i < width; ++i) tree.push((*bundle)[i]);
    }
    return {};
}

Result<tlog::VerifiedCheckpoint> SingleLog::verified(Environment& environment, const Bytes& note) const {
    const auto parsed = tlog::SignedCheckpoint::parse(as_text(note));
    if (!parsed) return alarm(environment, "log.signature", {{"checkpoint", note}}, parsed.error().key());
    auto checked = policy_.verify(*parsed);
    if (!checked) return alarm(environment, "log.signature", {{"checkpoint", note}}, checked.error().key());
    return *std::move(checked);
}

Result<> SingleLog::advance(Environment& environment) {
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
Result<> SingleLog::take(Environment& environment, const Bytes& note, bool newest) {
    ROGATORY_TRY(const auto checkpoint, verified(environment, note));
    ROGATORY_TRY(auto parsed, tlog::SignedCheckpoint::parse(as_text(note)));
    const auto& head = checkpoint.head();
    if (head.size > size_ || !checkpoint_) {
        ROGATORY_TRY_VOID(extend(environment, parsed, note));
    } else {
        ROGATORY_TRY_VOID(require_consistent(environment, parsed, "the server's checkpoint"));
        // With the cosignatures that came since: whoever must show this log's end to others has them here.
        if (head.size == size_ && parsed.note.signatures.size() > checkpoint_->note.signatures.size()) {
            checkpoint_ = parsed;
            checkpoint_saved_ = false;
        }
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

Result<> SingleLog::extend(Environment& environment, const tlog::SignedCheckpoint& checkpoint, const Bytes& note) {
    const auto& head = checkpoint.checkpoint.head;
    auto read = read_entries(environment, number_, tree_, head.size);
    if (read && tree_.root_at(head.size) != head.root) {
        // Perhaps a bundle was spoilt on the way, perhaps this is another history: what the server's log is from its
        // beginning on tells the two apart.
        tlog::LogTree afresh;
        read = read_entries(environment, number_, afresh, head.size);
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

void SingleLog::count(const tlog::VerifiedCheckpoint& checkpoint) {
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

Result<> SingleLog::change_policy(Environment& environment, SingleLog changed) {
    policy_ = std::move(changed.policy_);
    policy_text_ = std::move(changed.policy_text_);
    // Whether it counts under the new quorum is found out now.
    counting_size_ = 0;
    quorum_time_.reset();
    cosigned_at_.assign(policy_.witnesses().size(), std::nullopt);
    return advance(environment);
}

Result<bool> SingleLog::would_count(Environment& environment, const SingleLog& other, std::uint64_t size) const {
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

std::string SingleLog::head_text() const { return tlog::Checkpoint{origin_, head(), {}}.text(); }

Result<> SingleLog::save(Environment& environment) {
    auto& profile = environment.profile;
    if (saved_ != size_) {
        Bytes fresh;
        fresh.reserve((size_ - saved_) * kEntryBytes);
        for (auto i = saved_; i < size_; ++i) append(fresh, ByteView{tree_.entry(i).bytes()});
        if (saved_ == 0) {
            ROGATORY_TRY_VOID(profile.save(file(kEntriesFile), fresh));
        } else {
            ROGATORY_TRY_VOID(profile.append_to(file(kEntriesFile), fresh));
        }
        saved_ = size_;
    }
    // After its entries: a checkpoint never stands for what is not there.
    if (!checkpoint_saved_ && checkpoint_) {
        ROGATORY_TRY_VOID(profile.save(file(kCheckpointFile), as_bytes(checkpoint_->format())));
        checkpoint_saved_ = true;
    }
    if (!cosigned_changed_) return {};
    cosigned_changed_ = false;
    return save_cosigned(profile, file("cosigned"), cosigned_);
}

Result<> SingleLog::require_consistent(Environment& environment, const tlog::TreeHead& other,
                                       std::string_view whence) const {
    if (other.size <= size_ && root_at(other.size) == other.root) return {};
    const auto mine = checkpoint_ ? checkpoint_->format() : head_text();
    const auto theirs = tlog::Checkpoint{origin_, other, {}}.text();
    return alarm(environment, other.size > size_ ? "log.rolled_back" : "log.forked",
                 {{"checkpoint", as_bytes(mine)}, {"remembered", as_bytes(theirs)}}, std::string{whence});
}

Result<> SingleLog::require_consistent(Environment& environment, const record::Seen& seen,
                                       std::string_view whence) const {
    ensure(signed_by_log(seen), "what the log did not sign proves nothing");
    tlog::SignedCheckpoint other;
    other.checkpoint = {origin_, {seen.size, seen.root}, {}};
    other.note.text = other.checkpoint.text();
    other.note.signatures.push_back({log_key().name(), log_key().id(), to_bytes(seen.signature.value())});
    return require_consistent(environment, other, whence);
}

Result<> SingleLog::require_consistent(Environment& environment, const tlog::SignedCheckpoint& other,
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

tl::unexpected<Error> SingleLog::forked(Environment& environment, const tlog::SignedCheckpoint& smaller,
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

std::string SingleLog::proof(std::uint64_t index) const {
    ensure(checkpoint_.has_value(), "the log was read before anything is proven");
    return tlog::LogProof{std::nullopt, index, tree_.inclusion(index, size_), *checkpoint_}.format();
}

tl::unexpected<Error> SingleLog::two_for_one_place(Environment& environment, std::uint64_t first_index,
                                                   std::uint64_t second_index, ByteView envelope) const {
    const auto first = proof(first_index);
    const auto second = proof(second_index);
    const auto first_entry = tree_.entry(first_index).bytes();
    const auto second_entry = tree_.entry(second_index).bytes();
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

record::Seen SingleLog::seen() const {
    ensure(checkpoint_.has_value(), "the log was read before anything is signed");
    const auto signature = tlog::log_signature(log_key(), *checkpoint_);
    ensure(signature.has_value(), "a verified checkpoint has the log's signature");
    return {size_, root_at(size_), *signature};
}

bool SingleLog::signed_by_log(const record::Seen& seen) const {
    return tlog::verify_tree_head(log_key(), {seen.size, seen.root}, seen.signature);
}

Result<> SingleLog::require_fresh(const Clock& clock) const {
    if (!witnessed() || size_ == 0) return {};
    // The device's own clock: a server that freezes the log freezes every time it gives, too.
    const auto wall = clock.wall();
    if (!quorum_time_ || wall - *quorum_time_ > kDay || *quorum_time_ - wall > 5 * kMinute) {
        return fail(ErrorCode::unavailable, "log.not_fresh");
    }
    return {};
}

bool SingleLog::disputed(std::uint64_t index, UnixSeconds at) const {
    return witnessed() && date_disputed(cosigned_, index, at);
}

std::uint64_t SingleLog::counted_before() const {
    const auto counted = cosigned_.empty() ? counting_size_ : std::max(counting_size_, cosigned_.back().size);
    return witnessed() ? counted : size_;
}

Result<> SingleLog::end_with(Environment& environment, const Bytes& note) {
    ROGATORY_TRY(const auto checkpoint, verified(environment, note));
    const auto& head = checkpoint.head();
    if (head.size < size_) {
        ROGATORY_TRY(const auto parsed, tlog::SignedCheckpoint::parse(as_text(note)));
        ROGATORY_TRY_VOID(require_consistent(environment, parsed, "the end of a log"));
        if (head.size < counted_before()) {
            const auto known = checkpoint_->format();
            return alarm(environment, "log.successor_older",
                         {{"ends_with", note}, {"verified_before", as_bytes(known)}});
        }
        Bytes beyond;
        for (auto i = head.size; i < size_; ++i) append(beyond, ByteView{tree_.entry(i).bytes()});
        ROGATORY_TRY_VOID(environment.profile.save(file(kBeyondEntries), beyond));
        ROGATORY_TRY_VOID(environment.profile.save(file(kBeyondCheckpoint), as_bytes(checkpoint_->format())));
        tree_.truncate(head.size);
        size_ = head.size;
        saved_ = 0;
        checkpoint_ = parsed;
        checkpoint_saved_ = false;
    }
    ROGATORY_TRY_VOID(take(environment, note, true));
    return save(environment);
}

PastLog SingleLog::into_past() && {
    ensure(checkpoint_.has_value(), "a log ends with a checkpoint");
    return {std::move(origin_), number_,       *std::move(checkpoint_), std::move(tree_), std::move(cosigned_),
            std::move(policy_), counting_size_};
}

}  // namespace rogatory::agent
