#include "platform/agent/notice_book.hpp"

#include "platform/agent/evidence.hpp"
#include "platform/agent/verify_ahead.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"

namespace rogatory::agent {

Result<const NoticeBook::Known*> NoticeBook::update(Environment& environment, LogView& log, RegisterBook& book,
                                                    const model::PartyId& party) {
    const auto chain = record::notices_chain(party);
    auto& slot = known_[chain];
    if (!slot) {
        slot = std::make_unique<Known>(Known{ChainCopy{chain}, record::NoticeBoard{party}, 0});
        slot->copy.restore(environment.profile);
    }
    auto& known = *slot;
    const auto start_again = [&known, party] {
        known.replayed = record::NoticeBoard{party};
        known.applied = 0;
    };
    ROGATORY_TRY_VOID(known.copy.update(environment, log));
    const auto& items = known.copy.items();
    if (known.applied > items.size()) start_again();
    // A statement is judged by its author's register as of its own place in the log.
    for (auto i = known.applied; i < items.size(); ++i) {
        auto updated = book.update(environment, log, items[i].statement.statement().author.register_chain);
        if (!updated && updated.error().code() != ErrorCode::not_found) return fail(std::move(updated).error());
    }
    VerifyAhead ahead{items, log, book};
    for (; known.applied < items.size(); ++known.applied) {
        ahead.reach(known.applied);
        const auto& item = items[known.applied];
        const auto outcome = known.replayed.apply(item.statement, item.index, book);
        if (outcome.verdict == record::Verdict::unsupported) return fail(ErrorCode::unsupported, "chain.unsupported");
        if (outcome.verdict == record::Verdict::broken) {
            // It stands still now: begin again the next time, when the server may have found what it held back.
            start_again();
            if (outcome.reason == "broken.register_missing") return fail(ErrorCode::integrity, "register.incomplete");
            const auto envelope = item.statement.encode();
            return alarm(environment, "notices.broken", {{"envelope", as_bytes(envelope)}}, outcome.reason);
        }
    }
    return &known;
}

const NoticeBook::Known* NoticeBook::known(const model::ChainId& chain) const {
    const auto found = known_.find(chain);
    return found == known_.end() ? nullptr : found->second.get();
}

}  // namespace rogatory::agent
