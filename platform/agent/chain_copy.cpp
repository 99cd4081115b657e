#include "platform/agent/chain_copy.hpp"

#include <algorithm>
#include <utility>

#include "platform/agent/evidence.hpp"
#include "platform/base/try.hpp"
#include "platform/record/verify_ahead.hpp"

namespace rogatory::agent {
namespace {

constexpr unsigned kPage = 200;

std::string file_of(const model::ChainId& chain) { return "chains/" + model::to_hex(chain); }

// In the profile: envelopes one after the other, each behind its length in 4 bytes, big-endian.
void put_length(Bytes& out, std::size_t length) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(length >> shift));
}

}  // namespace

void ChainCopy::restore(const ports::ProfileStore& profile) {
    const auto stored = profile.load(file_of(chain_));
    if (!stored || !*stored) return;
    ByteView rest{**stored};
    std::vector<std::string_view> envelopes;
    while (rest.size() >= 4) {
        const std::size_t length = (std::size_t{rest[0]} << 24) | (std::size_t{rest[1]} << 16) |
                                   (std::size_t{rest[2]} << 8) | std::size_t{rest[3]};
        if (length > record::kMaxEnvelopeBytes || rest.size() - 4 < length) break;
        envelopes.push_back(as_text(rest.subspan(4, length)));
        rest = rest.subspan(4 + length);
    }
    for (auto& statement : record::parse_all(envelopes)) {
        // A copy that is damaged from here on is read again from the server.
        if (!statement || statement->statement().chain != chain_ || statement->statement().seq != items_.size()) break;
        items_.push_back({*std::move(statement), 0});
    }
    saved_ = rest.empty() && items_.size() == envelopes.size() ? items_.size() : 0;
}

bool ChainCopy::has(const model::StatementId& id) const {
    return std::any_of(items_.rbegin(), items_.rend(), [&](const Item& item) { return item.statement.id() == id; });
}

Result<> ChainCopy::check_place(Environment& environment, const LogView& log, const record::SignedStatement& statement,
                                ByteView envelope, model::LogIndex& index) const {
    const auto& content = statement.statement();
    const auto places = log.places(chain_, content.seq);
    if (places.empty()) return alarm(environment, "chain.unlogged", {{"envelope", envelope}});
    if (places.size() > 1) {
        // Two statements for one place: keep both, act on neither [same-seq-fork].
        return log.two_for_one_place(environment, chain_, content.seq, envelope);
    }
    if (places.front().id != statement.id()) {
        return alarm(environment, "chain.not_as_logged",
                     {{"envelope", envelope}, {"logged_id", ByteView{places.front().id.value()}}});
    }
    index = places.front().index;
    return {};
}

Result<> ChainCopy::check_restored(Environment& environment, const LogView& log) {
    // Once a run, and again whenever the log has grown: a second entry may have come for any place.
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (i < checked_ && !log.has_repeated_labels()) continue;
        auto& item = items_[i];
        const auto envelope = item.statement.encode();
        if (checked_ <= i) {
            model::LogIndex index = 0;
            const auto places = log.places(chain_, i);
            const bool another = places.size() == 1 && places.front().id != item.statement.id();
            if (log.past() != nullptr && (places.empty() || another)) {
                // It stood beyond the end of a log that was lost. (What a log has signed up to its end, and what the
                // next one has signed, is held to the roots this person remembers: no server takes it out of there.)
                lose_from(i);
                break;
            }
            if (another) {
                // What lies in the profile is not what the log has: the copy is wrong, or there was a fork and the
                // remembered log root has already said so. Read it again.
                items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(i), items_.end());
                saved_ = 0;
                break;
            }
            ROGATORY_TRY_VOID(check_place(environment, log, item.statement, as_bytes(envelope), index));
            item.index = index;
        } else {
            model::LogIndex index = 0;
            ROGATORY_TRY_VOID(check_place(environment, log, item.statement, as_bytes(envelope), index));
        }
    }
    checked_ = items_.size();
    return {};
}

// One page; false when the server gave nothing that follows.
Result<bool> ChainCopy::read_more(Environment& environment, LogView& log) {
    ROGATORY_TRY(const auto page, environment.server.chain(chain_.value(), items_.size(), kPage));
    if (page.items.empty()) return false;
    std::vector<std::string_view> envelopes;
    for (const auto& received : page.items) envelopes.push_back(as_text(received.envelope));
    auto parsed = record::parse_all(envelopes);
    std::vector<const record::SignedStatement*> statements;
    for (const auto& each : parsed) {
        if (each) statements.push_back(&*each);
    }
    record::verify_ahead(statements, {}, log.log_key());
    for (auto& statement : parsed) {
        const auto envelope = as_bytes(envelopes[static_cast<std::size_t>(&statement - parsed.data())]);
        if (!statement) {
            if (statement.error().code() == ErrorCode::unsupported)
                return fail(ErrorCode::unsupported, "chain.unsupported");
            return alarm(environment, "chain.malformed", {{"envelope", envelope}}, statement.error().key());
        }
        const auto& content = statement->statement();
        if (content.chain != chain_ || content.seq != items_.size()) {
            return alarm(environment, "chain.malformed", {{"envelope", envelope}}, "another chain or place");
        }
        if (log.places(chain_, content.seq).empty()) ROGATORY_TRY_VOID(log.advance(environment));
        model::LogIndex index = 0;
        ROGATORY_TRY_VOID(check_place(environment, log, *statement, envelope, index));
        if (!items_.empty() && index <= items_.back().index) {
            return alarm(environment, "chain.malformed", {{"envelope", envelope}}, "logged before its predecessor");
        }
        // A true checkpoint of another history is by itself the proof of a fork; a forged one makes its statement void,
        // which the replay finds out [poison].
        const auto& seen = content.seen;
        if (log.signed_by_log(seen)) {
            if (log.is_ahead(seen)) ROGATORY_TRY_VOID(log.advance(environment));
            ROGATORY_TRY_VOID(log.require_consistent(environment, seen, "seen by the author of a statement"));
        }
        const auto refused = refused_name(statement->id());
        items_.push_back({*std::move(statement), index});
        checked_ = items_.size();
        ROGATORY_TRY(const auto kept, environment.profile.load(refused));
        if (kept) {
            // Said to be refused, and taken all the same: the person may have signed something else since.
            ROGATORY_TRY_VOID(environment.profile.remove(refused));
            return alarm(environment, "append.lying_refusal", {{"envelope", envelope}});
        }
    }
    return true;
}

Result<> ChainCopy::update(Environment& environment, LogView& log) {
    ROGATORY_TRY_VOID(check_restored(environment, log));
    incomplete_ = false;
    // The log says how far the chain goes; a statement that came while we read may need a second look.
    for (int attempt = 0; attempt < 3 && !log.places(chain_, items_.size()).empty(); ++attempt) {
        auto more = read_more(environment, log);
        while (more && *more && !log.places(chain_, items_.size()).empty()) more = read_more(environment, log);
        if (!more) return fail(std::move(more).error());
    }
    incomplete_ = !log.places(chain_, items_.size()).empty();
    if (!lost_.empty()) {
        // As long as nobody has adopted the log that goes on, what lies in the profile stays as it is.
        if (!log.adopted()) return {};
        ROGATORY_TRY_VOID(keep_lost(environment));
        saved_ = 0;
    }
    if (saved_ != items_.size()) {
        ROGATORY_TRY_VOID(save(environment));
        saved_ = items_.size();
    }
    return {};
}

void ChainCopy::lose_from(std::size_t first) {
    for (auto i = first; i < items_.size(); ++i) lost_.push_back(std::move(items_[i].statement));
    items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(first), items_.end());
}

Result<> ChainCopy::keep_lost(Environment& environment) {
    const auto file = "lost/" + model::to_hex(chain_) + "-" + model::to_hex(lost_.front().id()).substr(0, 16);
    Bytes kept;
    for (const auto& statement : lost_) {
        const auto envelope = statement.encode();
        put_length(kept, envelope.size());
        append(kept, envelope);
    }
    ROGATORY_TRY_VOID(environment.profile.save(file, kept));
    for (const auto& statement : std::exchange(lost_, {})) {
        environment.observer.on_notice({"log.statement_lost",
                                        {{"kind", std::string{record::to_text(statement.kind())}},
                                         {"chain", model::to_hex(chain_)},
                                         {"number", std::to_string(statement.statement().seq + 1)},
                                         {"file", file}}});
    }
    return {};
}

Result<> ChainCopy::save(Environment& environment) const {
    Bytes fresh;
    for (std::size_t i = saved_; i < items_.size(); ++i) {
        const auto envelope = items_[i].statement.encode();
        put_length(fresh, envelope.size());
        append(fresh, envelope);
    }
    if (saved_ == 0) return environment.profile.save(file_of(chain_), fresh);
    return environment.profile.append_to(file_of(chain_), fresh);
}

}  // namespace rogatory::agent
