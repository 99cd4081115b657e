#include "platform/service/chain_cache.hpp"

#include "platform/base/ensure.hpp"
#include "platform/record/peek.hpp"

namespace rogatory::service {

SharedState ChainCache::find(const model::ChainId& chain, const model::StatementId& head) {
    const std::lock_guard guard{mutex_};
    const auto found = kept_.find(chain);
    if (found == kept_.end() || found->second.head != head) return nullptr;
    oldest_first_.splice(oldest_first_.end(), oldest_first_, found->second.place);
    return found->second.state;
}

void ChainCache::put(const model::ChainId& chain, const model::StatementId& head, SharedState state) {
    const std::lock_guard guard{mutex_};
    if (const auto found = kept_.find(chain); found != kept_.end()) {
        found->second.head = head;
        found->second.state = std::move(state);
        oldest_first_.splice(oldest_first_.end(), oldest_first_, found->second.place);
        return;
    }
    if (kept_.size() >= capacity_) {
        kept_.erase(oldest_first_.front());
        oldest_first_.pop_front();
    }
    oldest_first_.push_back(chain);
    kept_.emplace(chain, Kept{head, std::move(state), std::prev(oldest_first_.end())});
}

const record::Register* ChainStates::by_chain(const model::ChainId& chain) const {
    const auto state = load(chain);
    return state ? std::get_if<record::Register>(state.get()) : nullptr;
}

const record::Register* ChainStates::by_party(const model::PartyId& party) const {
    const auto row = repositories_.parties().find_by_founded(party);
    return row && row->register_chain ? by_chain(*row->register_chain) : nullptr;
}

const record::Dossier* ChainStates::dossier(const model::ChainId& chain) const {
    const auto state = load(chain);
    return state ? std::get_if<record::Dossier>(state.get()) : nullptr;
}

SharedState ChainStates::load(const model::ChainId& chain) const {
    const auto row = repositories_.records().find_chain(chain);
    if (!row) return nullptr;
    if (const auto held = held_.find(row->head); held != held_.end()) return held->second;
    auto state = cache_.find(chain, row->head);
    if (!state) {
        auto spare = cache_.spares().exactly(chain, row->head, row->last_index);
        state = cache_.spares().lend(chain, spare ? std::move(spare) : replay(*row));
        cache_.put(chain, row->head, state);
    }
    held_.emplace(row->head, state);
    return state;
}

std::unique_ptr<ChainState> ChainStates::next(const model::ChainId& chain) const {
    const auto current = load(chain);
    if (!current) return nullptr;
    auto spare = cache_.spares().take(chain, head_of(*current));
    if (!spare) return std::make_unique<ChainState>(*current);
    for (const auto& lacking : spare->lacks) {
        const auto outcome = apply(*lacking.statement, lacking.index, *spare->state);
        ensure(outcome && outcome->effective(), "a statement takes effect in a state as it did in its like");
    }
    return std::move(spare->state);
}

std::optional<record::Outcome> ChainStates::apply(const record::SignedStatement& statement, model::LogIndex index,
                                                  ChainState& state) const {
    if (auto* const a_register = std::get_if<record::Register>(&state)) return a_register->apply(statement, index);
    if (auto* const a_dossier = std::get_if<record::Dossier>(&state)) return a_dossier->apply(statement, index, *this);
    if (auto* const a_board = std::get_if<record::NoticeBoard>(&state)) return a_board->apply(statement, index, *this);
    if (auto* const a_casebook = std::get_if<record::Casebook>(&state)) {
        return a_casebook->apply(statement, index, *this);
    }
    const auto about = record::dossier_of(statement.statement());
    const auto* const of = about ? dossier(*about) : nullptr;
    if (of == nullptr) return std::nullopt;
    return std::get<record::Receipts>(state).apply(statement, index, *of, *this);
}

void ChainStates::put(const record::SignedStatement& statement, const record::Head& before,
                      std::unique_ptr<ChainState> state) {
    const auto& chain = statement.statement().chain;
    auto& spares = cache_.spares();
    spares.note(chain, {before, std::make_shared<const record::SignedStatement>(statement), head_of(*state).index});
    auto shared = spares.lend(chain, std::move(state));
    held_.insert_or_assign(statement.id(), shared);
    cache_.put(chain, statement.id(), std::move(shared));
}

std::unique_ptr<ChainState> ChainStates::replay(const ports::ChainRow& row) const {
    constexpr std::size_t kAtOnce = 256;
    auto state = [&]() -> std::unique_ptr<ChainState> {
        switch (row.kind) {
            case ports::ChainKind::party_register:
                return std::make_unique<ChainState>(record::Register{row.chain});
            case ports::ChainKind::dossier:
                return std::make_unique<ChainState>(record::Dossier{row.chain});
            case ports::ChainKind::notices:
                ensure(row.party.has_value(), "a notice board names its Party");
                return std::make_unique<ChainState>(record::NoticeBoard{*row.party});
            case ports::ChainKind::receipts:
            case ports::ChainKind::casebook:
                break;
        }
        ensure(row.authority.has_value(), "a receipt side chain and a casebook name their authority");
        const auto party = repositories_.parties().find_by_authority(*row.authority);
        ensure(party && party->founded_id, "the authority of a chain has a Party");
        const model::AuthorityRef whose{*party->founded_id, *row.authority};
        if (row.kind == ports::ChainKind::casebook) {
            return std::make_unique<ChainState>(record::Casebook{row.chain, whose});
        }
        ensure(row.dossier.has_value(), "a receipt side chain names its dossier");
        return std::make_unique<ChainState>(record::Receipts{*row.dossier, whose});
    }();
    for (std::uint64_t from = 0; from <= row.head_seq;) {
        const auto statements = repositories_.records().statements(row.chain, from, kAtOnce);
        ensure(!statements.empty(), "a chain has every statement up to its head");
        for (const auto& stored : statements) {
            const auto statement = record::SignedStatement::parse(as_text(stored.envelope));
            ensure(statement.has_value(), "a stored statement parses");
            const auto outcome = apply(*statement, stored.index, *state);
            ensure(outcome && outcome->effective(), "a stored statement took effect when it was stored");
        }
        from += statements.size();
    }
    return state;
}

}  // namespace rogatory::service
