#include "platform/agent/log_view.hpp"

#include <algorithm>

#include "crypto/tlog/fork_proof.hpp"
#include "platform/agent/cosigned_history.hpp"
#include "platform/agent/evidence.hpp"
#include "platform/base/ensure.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

constexpr std::size_t kEntryBytes = tlog::Entry::kBytes;
constexpr std::string_view kKeyFile = "key";        // of a successor that was followed, as the server named it
constexpr std::string_view kPolicyFile = "policy";  // of one that was adopted

// A log that ended, by its last checkpoint alone: whoever commits to that commits to every entry.
Result<PastLog> read_ended(Environment& environment, const std::string& origin, tlog::SignedCheckpoint last) {
    PastLog past{origin, tlog::log_number(origin).value_or(0), std::move(last), {}, {}, std::nullopt, 0};
    const auto& head = past.last.checkpoint.head;
    const auto file = SingleLog::file_of(past.number, "entries");
    ROGATORY_TRY(const auto stored, environment.profile.load(file));
    const auto count = stored ? stored->size() / kEntryBytes : 0;
    for (std::size_t i = 0; i < count && i < head.size; ++i) {
        past.tree.push(tlog::Entry::from(
            std::span<const std::uint8_t, kEntryBytes>{stored->data() + i * kEntryBytes, kEntryBytes}));
    }
    if (past.tree.size() == head.size && past.tree.root_at(head.size) == head.root) return past;
    past.tree = {};
    ROGATORY_TRY_VOID(SingleLog::read_entries(environment, past.number, past.tree, head.size));
    if (past.tree.root_at(head.size) != head.root) {
        const auto note = past.last.format();
        return alarm(environment, "log.entries", {{"checkpoint", as_bytes(note)}}, "the entries of a log that ended");
    }
    Bytes fresh;
    for (std::uint64_t i = 0; i < head.size; ++i) append(fresh, ByteView{past.tree.entry(i).bytes()});
    ROGATORY_TRY_VOID(environment.profile.save(file, fresh));
    return past;
}

}  // namespace

Result<LogView> LogView::make(std::string policy_text) {
    ROGATORY_TRY(auto log, SingleLog::make(std::move(policy_text)));
    return LogView{std::move(log)};
}

Result<> LogView::advance(Environment& environment) {
    if (!followed_) ROGATORY_TRY_VOID(follow(environment));
    followed_ = true;
    ROGATORY_TRY_VOID(log_.advance(environment));
    ROGATORY_TRY_VOID(read_past(environment));
    return look_for_repeats(environment);
}

// Goes on to the log that the server says comes after this one, and after that one.
Result<> LogView::follow(Environment& environment) {
    while (true) {
        const auto said = environment.server.successor(log_.number());
        if (!said && said.error().code() == ErrorCode::not_found) return require_never_seen(environment);
        if (!said) return fail(said.error());
        const auto key = tlog::parse_successor(as_text(*said), log_.origin());
        if (!key) return alarm(environment, "log.successor_malformed", {{"successor", *said}});
        // How this one ended: nothing that counted may be behind that.
        ROGATORY_TRY(const auto note, environment.server.checkpoint(log_.number()));
        ROGATORY_TRY_VOID(log_.end_with(environment, note));
        ROGATORY_TRY_VOID(read_past(environment));

        ROGATORY_TRY(auto next, SingleLog::make(tlog::Policy::unwitnessed(*key).format()));
        // One that this person's register has adopted before is known by its key.
        ROGATORY_TRY(const auto adopted, environment.profile.load(SingleLog::file_of(next.number(), kPolicyFile)));
        if (adopted) {
            const auto before = tlog::Policy::parse(as_text(*adopted));
            if (before && before->logs().front().key != *key) {
                return alarm(environment, "log.successor_differs", {{"successor", *said}, {"adopted", *adopted}},
                             "another key than was adopted");
            }
        }
        // And one that was only seen, too.
        ROGATORY_TRY(const auto seen, environment.profile.load(SingleLog::file_of(next.number(), kKeyFile)));
        if (seen && *seen != *said) {
            return alarm(environment, "log.successor_differs", {{"successor", *said}, {"seen_before", *seen}},
                         "another key than was seen before");
        }
        ROGATORY_TRY_VOID(next.restore(environment.profile));
        past_.push_back(std::move(log_).into_past());
        log_ = std::move(next);
        compared_ = 0;
        ROGATORY_TRY_VOID(log_.advance(environment));
        ROGATORY_TRY_VOID(require_first_entry(environment));
        ROGATORY_TRY_VOID(remember(environment, *said));
    }
}

Result<> LogView::remember(Environment& environment, const Bytes& said) const {
    const auto file = SingleLog::file_of(log_.number(), kKeyFile);
    ROGATORY_TRY(const auto known, environment.profile.load(file));
    return known ? Result<>{} : environment.profile.save(file, said);
}

// The server says that nothing follows. If this device has seen what does, the server hides it or went back behind it,
// and would sign the old log another time.
Result<> LogView::require_never_seen(Environment& environment) const {
    for (const auto name : {kPolicyFile, kKeyFile}) {
        ROGATORY_TRY(const auto known, environment.profile.load(SingleLog::file_of(log_.number() + 1, name)));
        if (!known) continue;
        ROGATORY_TRY(const auto note, environment.profile.load(SingleLog::file_of(log_.number() + 1, "checkpoint")));
        return alarm(environment, "log.successor_denied",
                     {{"successor", *known}, {"checkpoint", note ? ByteView{*note} : ByteView{}}});
    }
    return {};
}

// Entry 0 commits to how the log before it ended.
Result<> LogView::require_first_entry(Environment& environment) const {
    ensure(!past_.empty(), "there is a log before it");
    const auto& last = past_.back().last;
    if (log_.size() > 0 && log_.entry(0) == tlog::successor_entry(log_.origin(), last.checkpoint)) return {};
    const auto ended = last.format();
    const auto begins = log_.checkpoint() ? log_.checkpoint()->format() : std::string{};
    const auto entry = log_.size() > 0 ? to_bytes(ByteView{log_.entry(0).bytes()}) : Bytes{};
    const auto proof = log_.size() > 0 ? log_.proof(0) : std::string{};
    return alarm(environment, "log.successor_differs",
                 {{"ends_with", as_bytes(ended)},
                  {"checkpoint", as_bytes(begins)},
                  {"first_entry", entry},
                  {"first_proof", as_bytes(proof)}},
                 "entry 0 commits to something else");
}

// Of a log that began after another: what its entry 0 commits to, and so on to the first.
Result<> LogView::read_past(Environment& environment) {
    if (log_.number() == 0 || !past_.empty()) return {};
    std::vector<PastLog> found;
    auto origin = log_.origin();
    auto first = log_.size() > 0 ? std::optional{log_.entry(0)} : std::nullopt;
    while (const auto before = tlog::predecessor_origin(origin)) {
        ROGATORY_TRY(const auto note, environment.server.checkpoint(*tlog::log_number(*before)));
        auto last = tlog::SignedCheckpoint::parse(as_text(note));
        if (!last || last->checkpoint.origin != *before || !first ||
            *first != tlog::successor_entry(origin, last->checkpoint)) {
            const auto entry = first ? to_bytes(ByteView{first->bytes()}) : Bytes{};
            return alarm(environment, "log.successor_differs", {{"ends_with", note}, {"first_entry", entry}},
                         "entry 0 commits to something else");
        }
        ROGATORY_TRY(auto past, read_ended(environment, *before, *std::move(last)));
        first = past.size() > 0 ? std::optional{past.tree.entry(0)} : std::nullopt;
        origin = *before;
        found.push_back(std::move(past));
    }
    std::reverse(found.begin(), found.end());
    past_ = std::move(found);
    return {};
}

// No honest server gives a place of a chain a second entry in a later log.
Result<> LogView::look_for_repeats(Environment& environment) {
    if (past_.empty()) return {};
    for (; compared_ < log_.size(); ++compared_) {
        const auto entry = log_.entry(compared_);
        const auto twice = std::any_of(past_.begin(), past_.end(),
                                       [&](const PastLog& past) { return past.tree.has_label(entry.label); });
        if (!twice) continue;
        const auto bytes = entry.bytes();
        const auto proof = log_.proof(compared_);
        return alarm(environment, "log.repeated_in_successor",
                     {{"entry", ByteView{bytes}}, {"proof", as_bytes(proof)}});
    }
    return {};
}

Result<> LogView::change_policy(Environment& environment, LogView changed) {
    ensure(changed.log_key() == log_key(), "another policy for the same log");
    const auto text = changed.policy_text();
    ROGATORY_TRY_VOID(log_.change_policy(environment, std::move(changed.log_)));
    adopted_number_ = log_.number();
    if (log_.number() == 0) return {};
    return environment.profile.save(SingleLog::file_of(log_.number(), kPolicyFile), as_bytes(text));
}

Result<> LogView::begin_with(Environment& environment, std::uint64_t number) {
    const bool forgets = number < log_.number() && adopted();
    adopted_number_ = number;
    if (!forgets) return {};
    ROGATORY_TRY(auto plain, SingleLog::make(tlog::Policy::unwitnessed(log_key()).format()));
    return log_.change_policy(environment, std::move(plain));
}

Result<> LogView::change_past_policy(Environment& environment, const LogView& changed, bool first) {
    for (auto& past : past_) {
        if (past.origin != changed.origin()) continue;
        const bool other = past.policy && past.policy->logs().front().key != changed.log_key();
        if (other || !tlog::log_signature(changed.log_key(), past.last)) {
            const auto note = past.last.format();
            return alarm(environment, "log.successor_differs",
                         {{"ends_with", as_bytes(note)}, {"adopted", as_bytes(changed.policy_text())}},
                         "another key than the own register names");
        }
        const auto end_counts = [&](const tlog::Policy& policy) {
            const auto worth = policy.verify(past.last);
            return worth && worth->counts();
        };
        const bool counts = end_counts(changed.policy());
        if (!first && !counts && !(past.policy && end_counts(*past.policy))) return {};
        past.policy = changed.policy();
        // Where the end does not, as much as this device has seen count.
        past.counting_size = counts ? past.size() : past.cosigned.empty() ? 0 : past.cosigned.back().size;
        if (counts || first) adopted_number_ = std::max(adopted_number_, past.number);
        return {};
    }
    return {};
}

model::LogIndex LogView::counting_size() const noexcept {
    if (adopted()) return tlog::place_of(log_.number(), log_.counting_size());
    const auto* past = past_of(adopted_number_);
    return past == nullptr ? 0 : tlog::place_of(past->number, past->counting_size);
}

Result<bool> LogView::would_count(Environment& environment, const LogView& other, std::uint64_t place) const {
    if (tlog::log_of(place) != log_.number()) return false;
    return log_.would_count(environment, other.log_, tlog::entry_of(place));
}

const PastLog* LogView::past_of(std::uint64_t number) const {
    for (const auto& past : past_) {
        if (past.number == number) return &past;
    }
    return nullptr;
}

const PastLog* LogView::past_named(std::string_view origin) const {
    for (const auto& past : past_) {
        if (past.origin == origin) return &past;
    }
    return nullptr;
}

bool LogView::knows(std::string_view origin) const { return origin == log_.origin() || past_named(origin) != nullptr; }

const tlog::Policy* LogView::policy_of(std::string_view origin) const {
    if (origin == log_.origin()) return &log_.policy();
    for (const auto& past : past_) {
        if (past.origin == origin && past.policy) return &*past.policy;
    }
    return nullptr;
}

Result<> LogView::require_consistent(Environment& environment, const tlog::TreeHead& head,
                                     std::string_view whence) const {
    // A root is of one tree: where it is that of an earlier log at that size, it is known from there.
    for (const auto& past : past_) {
        if (head.size <= past.size() && past.tree.root_at(head.size) == head.root) return {};
    }
    return log_.require_consistent(environment, head, whence);
}

Result<> LogView::require_consistent(Environment& environment, const std::string& origin, const tlog::TreeHead& head,
                                     std::string_view whence) const {
    if (origin == log_.origin()) return log_.require_consistent(environment, head, whence);
    for (const auto& past : past_) {
        if (past.origin != origin) continue;
        if (head.size <= past.size() && past.tree.root_at(head.size) == head.root) return {};
        const auto ended = past.last.format();
        const auto known = tlog::Checkpoint{origin, head, {}}.text();
        return alarm(environment, head.size > past.size() ? "log.successor_older" : "log.forked",
                     {{"ends_with", as_bytes(ended)}, {"remembered", as_bytes(known)}}, std::string{whence});
    }
    return {};
}

Result<> LogView::require_consistent(Environment& environment, const record::Seen& seen,
                                     std::string_view whence) const {
    for (const auto& past : past_) {
        if (!past.policy) continue;
        const auto& key = past.policy->logs().front().key;
        const tlog::TreeHead head{seen.size, seen.root};
        if (!tlog::verify_tree_head(key, head, seen.signature)) continue;
        tlog::SignedCheckpoint other;
        other.checkpoint = {past.origin, head, {}};
        other.note.text = other.checkpoint.text();
        other.note.signatures.push_back({key.name(), key.id(), to_bytes(seen.signature.value())});
        return require_consistent(environment, other, whence);
    }
    return log_.require_consistent(environment, seen, whence);
}

Result<> LogView::require_consistent(Environment& environment, const tlog::SignedCheckpoint& other,
                                     std::string_view whence) const {
    const auto& head = other.checkpoint.head;
    for (const auto& past : past_) {
        if (past.origin != other.checkpoint.origin) continue;
        if (head.size > past.size()) {
            // Whoever stands in the log has seen no more of it than there is; what is shown here was signed after the
            // end was, or the end is an older one than the log had come to.
            const auto ended = past.last.format();
            const auto larger = other.format();
            return alarm(environment, "log.successor_older",
                         {{"ends_with", as_bytes(ended)}, {"larger", as_bytes(larger)}}, std::string{whence});
        }
        if (past.tree.root_at(head.size) == head.root) return {};
        const tlog::ForkProof proof{other, past.last, past.tree.root_at(head.size),
                                    past.tree.consistency(head.size, past.size())};
        const auto smaller = other.format();
        const auto larger = past.last.format();
        const auto path = proof.consistency_text();
        const auto key = past.policy ? past.policy->logs().front().key.vkey() : std::string{};
        return fork_alarm(environment, "log.forked",
                          {{"smaller", as_bytes(smaller)},
                           {"larger", as_bytes(larger)},
                           {"consistency", as_bytes(path)},
                           {"log_key", as_bytes(key)}},
                          std::string{whence});
    }
    return log_.require_consistent(environment, other, whence);
}

tl::unexpected<Error> LogView::two_for_one_place(Environment& environment, const model::ChainId& chain,
                                                 std::uint64_t seq, ByteView envelope) const {
    const auto found = places(chain, seq);
    ensure(found.size() > 1, "two entries stand at one place");
    const auto number = tlog::log_of(found[0].index);
    if (number == log_.number() && tlog::log_of(found[1].index) == number) {
        return log_.two_for_one_place(environment, tlog::entry_of(found[0].index), tlog::entry_of(found[1].index),
                                      envelope);
    }
    const auto first = found[0].id.value();
    const auto second = found[1].id.value();
    return fork_alarm(environment, "chain.forked",
                      {{"first_id", ByteView{first}}, {"second_id", ByteView{second}}, {"statement", envelope}},
                      "two entries for one place, in a log that ended or in two logs");
}

bool LogView::disputed(model::LogIndex index, UnixSeconds at) const {
    if (tlog::log_of(index) == log_.number()) return log_.disputed(tlog::entry_of(index), at);
    const auto* past = past_of(tlog::log_of(index));
    return past != nullptr && date_disputed(past->cosigned, tlog::entry_of(index), at);
}

std::vector<LogView::Place> LogView::places(const model::ChainId& chain, std::uint64_t seq) const {
    std::vector<Place> found;
    const auto add = [&](std::uint64_t number, std::uint64_t index, const tlog::Entry& entry) {
        found.push_back({tlog::place_of(number, index), model::StatementId{entry.id.value()}});
    };
    for (const auto& past : past_) {
        for (const auto index : past.tree.places(crypto::Digest{chain.value()}, seq, past.size())) {
            add(past.number, index, past.tree.entry(index));
        }
    }
    for (const auto index : log_.places(chain, seq)) add(log_.number(), index, log_.entry(index));
    return found;
}

bool LogView::signed_by_log(const record::Seen& seen) const {
    if (log_.signed_by_log(seen)) return true;
    return std::any_of(past_.begin(), past_.end(), [&](const PastLog& past) {
        return past.policy &&
               tlog::verify_tree_head(past.policy->logs().front().key, {seen.size, seen.root}, seen.signature);
    });
}

bool LogView::is_ahead(const record::Seen& seen) const { return seen.size > log_.size() && log_.signed_by_log(seen); }

}  // namespace rogatory::agent
