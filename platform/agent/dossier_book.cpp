#include "platform/agent/dossier_book.hpp"

#include <set>

#include "platform/agent/evidence.hpp"
#include "platform/agent/verify_ahead.hpp"
#include "platform/base/try.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/peek.hpp"

namespace rogatory::agent {
namespace {

// A statement is judged by the registers as of its own log index: they must be read at least so far before.
Result<> update_registers_of(Environment& environment, LogView& log, RegisterBook& book,
                             const std::vector<ChainCopy::Item>& items, std::size_t from) {
    std::set<model::ChainId> chains;
    std::set<model::PartyId> parties;
    for (auto i = from; i < items.size(); ++i) {
        const auto& content = items[i].statement.statement();
        chains.insert(content.author.register_chain);
        for (const auto& party : record::named_parties(content)) parties.insert(party);
    }
    for (const auto& chain : chains) {
        auto updated = book.update(environment, log, chain);
        // An author whose register nobody has is no member of anything: the replay finds its statement void.
        if (!updated && updated.error().code() != ErrorCode::not_found) return fail(std::move(updated).error());
        // Whom an author pins may rest on another Party's list.
        if (const auto* author = book.by_chain(chain)) {
            parties.insert(author->vouchers_ever().begin(), author->vouchers_ever().end());
        }
    }
    // Whom an author's pins rest on: without that list nobody can judge whom he could let in.
    for (const auto& chain : chains) {
        if (const auto* reg = book.by_chain(chain)) {
            for (const auto& voucher : reg->vouchers_ever()) parties.insert(voucher);
        }
    }
    for (const auto& party : parties) {
        auto updated = book.update_party(environment, log, party);
        if (!updated && updated.error().code() != ErrorCode::not_found) return fail(std::move(updated).error());
    }
    return {};
}

}  // namespace

Result<DossierBook::Known*> DossierBook::update(Environment& environment, LogView& log, RegisterBook& book,
                                                const model::ChainId& chain) {
    auto& slot = known_[chain];
    if (!slot) {
        slot = std::make_unique<Known>(Known{ChainCopy{chain}, record::Dossier{chain}, {}, 0, {}});
        slot->copy.restore(environment.profile);
    }
    auto& known = *slot;
    ROGATORY_TRY_VOID(known.copy.update(environment, log));
    const auto& items = known.copy.items();
    if (known.outcomes.size() > items.size()) {
        known.outcomes.clear();
        known.replayed = record::Dossier{chain};
        known.receipts.clear();
    }
    // What the registers are read up to, at least; they are brought up to the log after this.
    known.as_of = log.size();
    // Registers of participants move on without the dossier: whoever acts in it sees them as they are now.
    ROGATORY_TRY_VOID(
        update_registers_of(environment, log, book, items, known.outcomes.empty() ? 0 : known.outcomes.size()));
    ROGATORY_TRY_VOID(book.update_all(environment, log));
    VerifyAhead ahead{items, log, book};
    for (auto i = known.outcomes.size(); i < items.size(); ++i) {
        ahead.reach(i);
        auto outcome = known.replayed.apply(items[i].statement, items[i].index, book);
        if (outcome.verdict == record::Verdict::unsupported) return fail(ErrorCode::unsupported, "chain.unsupported");
        if (outcome.verdict == record::Verdict::broken) {
            // It stands still now: begin again the next time, when the server may have found what it held back.
            known.outcomes.clear();
            known.replayed = record::Dossier{chain};
            known.receipts.clear();
            if (outcome.reason == "broken.register_missing") return fail(ErrorCode::integrity, "register.incomplete");
            const auto envelope = items[i].statement.encode();
            return alarm(environment, "dossier.broken", {{"envelope", as_bytes(envelope)}}, outcome.reason);
        }
        known.outcomes.push_back(std::move(outcome));
    }
    return &known;
}

Result<const DossierBook::KnownReceipts*> DossierBook::update_receipts(Environment& environment, LogView& log,
                                                                       RegisterBook& book, Known& known,
                                                                       const model::AuthorityRef& authority) {
    const auto& dossier = known.replayed;
    auto& slot = known.receipts[authority];
    if (!slot) {
        const auto chain = record::receipts_chain(dossier.chain(), authority.authority);
        slot = std::make_unique<KnownReceipts>(
            KnownReceipts{ChainCopy{chain}, record::Receipts{dossier.chain(), authority}, 0});
        slot->copy.restore(environment.profile);
    }
    auto& receipts = *slot;
    ROGATORY_TRY_VOID(receipts.copy.update(environment, log));
    const auto& items = receipts.copy.items();
    if (receipts.applied > items.size()) {
        receipts.applied = 0;
        receipts.replayed = record::Receipts{dossier.chain(), authority};
    }
    VerifyAhead ahead{items, log, book};
    for (; receipts.applied < items.size(); ++receipts.applied) {
        ahead.reach(receipts.applied);
        const auto& item = items[receipts.applied];
        // A receipt for what the dossier, as it was read, does not have yet waits for the next reading.
        if (item.index >= known.as_of) break;
        const auto outcome = receipts.replayed.apply(item.statement, item.index, dossier, book);
        if (outcome.verdict == record::Verdict::unsupported) return fail(ErrorCode::unsupported, "chain.unsupported");
        if (outcome.verdict == record::Verdict::broken) {
            const auto envelope = item.statement.encode();
            return alarm(environment, "receipts.broken", {{"envelope", as_bytes(envelope)}}, outcome.reason);
        }
    }
    return &receipts;
}

DossierBook::Known* DossierBook::known(const model::ChainId& chain) const {
    const auto found = known_.find(chain);
    return found == known_.end() ? nullptr : found->second.get();
}

}  // namespace rogatory::agent
