#include "platform/agent/register_book.hpp"

#include "platform/agent/evidence.hpp"
#include "platform/agent/verify_ahead.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {

Result<const RegisterBook::Known*> RegisterBook::update(Environment& environment, LogView& log,
                                                        const model::ChainId& chain) {
    auto& slot = known_[chain];
    if (!slot) {
        slot = std::make_unique<Known>(Known{ChainCopy{chain}, record::Register{chain}, {}});
        slot->copy.restore(environment.profile);
    }
    auto& known = *slot;
    ROGATORY_TRY_VOID(known.copy.update(environment, log));
    const auto& items = known.copy.items();
    if (known.outcomes.size() > items.size()) {
        // The copy was read anew after it disagreed with the log.
        known.outcomes.clear();
        known.replayed = record::Register{chain};
    }
    // A register's own statements bring its keys.
    record::KeysBrought keys;
    if (known.outcomes.size() < items.size()) {
        for (const auto& item : items) keys.add(item.statement);
    }
    VerifyAhead ahead{items, log, [&](const auto& statement) { return keys.of(statement); }};
    for (auto i = known.outcomes.size(); i < items.size(); ++i) {
        ahead.reach(i);
        auto outcome = known.replayed.apply(items[i].statement, items[i].index);
        if (outcome.verdict == record::Verdict::unsupported) return fail(ErrorCode::unsupported, "chain.unsupported");
        if (outcome.verdict == record::Verdict::broken) {
            const auto envelope = items[i].statement.encode();
            return alarm(environment, "register.broken", {{"envelope", as_bytes(envelope)}}, outcome.reason);
        }
        known.outcomes.push_back(std::move(outcome));
    }
    return &known;
}

Result<> RegisterBook::update_all(Environment& environment, LogView& log) {
    for (const auto& [chain, known] : known_) {
        ROGATORY_TRY([[maybe_unused]] const auto* const updated, update(environment, log, chain));
    }
    return {};
}

Result<const std::vector<ports::remote::PartyRow>*> RegisterBook::directory(Environment& environment) {
    if (!directory_) {
        ROGATORY_TRY(directory_, environment.server.parties());
    }
    return &*directory_;
}

Result<const RegisterBook::Known*> RegisterBook::update_party(Environment& environment, LogView& log,
                                                              const model::PartyId& party) {
    if (const auto* known = known_party(party)) return update(environment, log, known->copy.chain());
    ROGATORY_TRY(const auto* const rows, directory(environment));
    for (const auto& row : *rows) {
        if (!row.founded_id || !row.register_chain || *row.founded_id != party.value()) continue;
        ROGATORY_TRY(const auto* const known, update(environment, log, model::ChainId{*row.register_chain}));
        if (known->replayed.founded() && known->replayed.party() == party) return known;
    }
    return fail(ErrorCode::not_found, "party.unknown");
}

const RegisterBook::Known* RegisterBook::known(const model::ChainId& chain) const {
    const auto found = known_.find(chain);
    return found == known_.end() ? nullptr : found->second.get();
}

const RegisterBook::Known* RegisterBook::known_party(const model::PartyId& party) const {
    for (const auto& [chain, known] : known_) {
        if (known->replayed.founded() && known->replayed.party() == party) return known.get();
    }
    return nullptr;
}

std::vector<const record::Register*> RegisterBook::founded_as(const model::PartyCode& code) const {
    std::vector<const record::Register*> found;
    for (const auto& [chain, known] : known_) {
        if (known->replayed.founded() && known->replayed.code() == code) found.push_back(&known->replayed);
    }
    return found;
}

const record::Register* RegisterBook::by_chain(const model::ChainId& chain) const {
    const auto* found = known(chain);
    return found == nullptr || !found->replayed.founded() ? nullptr : &found->replayed;
}

const record::Register* RegisterBook::by_party(const model::PartyId& party) const {
    const auto* found = known_party(party);
    return found == nullptr ? nullptr : &found->replayed;
}

}  // namespace rogatory::agent
