#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "platform/ports/store.hpp"
#include "platform/service/spare_states.hpp"

namespace rogatory::service {

// Replayed chains, each with the head it was replayed to. A state is good exactly while that head is the stored one:
// nothing must be thrown away when a transaction rolls back, for then the stored head is another.
class ChainCache {
public:
    explicit ChainCache(std::size_t capacity = 4096) : capacity_{capacity} {}

    [[nodiscard]] SharedState find(const model::ChainId& chain, const model::StatementId& head);
    void put(const model::ChainId& chain, const model::StatementId& head, SharedState state);
    [[nodiscard]] SpareStates& spares() noexcept { return *spares_; }

private:
    struct Kept {
        model::StatementId head;
        SharedState state;
        std::list<model::ChainId>::iterator place;
    };
    std::size_t capacity_;
    std::mutex mutex_;
    std::map<model::ChainId, Kept> kept_;
    std::list<model::ChainId> oldest_first_;
    std::shared_ptr<SpareStates> spares_ = std::make_shared<SpareStates>();
};

// The chains as one transaction sees them. What it hands out lives as long as it does.
class ChainStates final : public record::Registers {
public:
    ChainStates(ChainCache& cache, const ports::Repositories& repositories)
        : cache_{cache}, repositories_{repositories} {}

    const record::Register* by_chain(const model::ChainId& chain) const override;
    const record::Register* by_party(const model::PartyId& party) const override;
    [[nodiscard]] const record::Dossier* dossier(const model::ChainId& chain) const;

    // The state of a stored chain; nothing when there is no such chain. A stored chain that does not replay is a broken
    // database: it was judged before it was stored.
    [[nodiscard]] SharedState load(const model::ChainId& chain) const;

    // What the next statement of a stored chain may be applied to: nobody else sees it. nullptr: there is no such
    // chain.
    [[nodiscard]] std::unique_ptr<ChainState> next(const model::ChainId& chain) const;
    // Judges. Nothing: a receipt's dossier is not there.
    [[nodiscard]] std::optional<record::Outcome> apply(const record::SignedStatement& statement, model::LogIndex index,
                                                       ChainState& state) const;
    // The statement took effect and made this of the chain, which ended with `before`.
    void put(const record::SignedStatement& statement, const record::Head& before, std::unique_ptr<ChainState> state);

private:
    [[nodiscard]] std::unique_ptr<ChainState> replay(const ports::ChainRow& row) const;

    ChainCache& cache_;
    const ports::Repositories& repositories_;
    // By head: a chain that grows within the transaction has several, and all stay.
    mutable std::map<model::StatementId, SharedState> held_;
};

}  // namespace rogatory::service
