#pragma once

#include <map>
#include <memory>
#include <vector>

#include "platform/agent/chain_copy.hpp"
#include "platform/agent/register_book.hpp"
#include "platform/record/dossier.hpp"
#include "platform/record/receipts.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// The dossiers this client follows in this run, replayed against the registers of everybody who acts in them.
class DossierBook {
public:
    struct KnownReceipts {
        ChainCopy copy;
        record::Receipts replayed;
        std::size_t applied = 0;
    };
    struct Known {
        ChainCopy copy;
        record::Dossier replayed;
        std::vector<record::Outcome> outcomes;
        std::uint64_t as_of = 0;  // the log size up to which dossier and registers are read
        std::map<model::AuthorityRef, std::unique_ptr<KnownReceipts>> receipts;
    };

    // Brings the dossier, and the registers of all it names, up to the log. integrity "dossier.broken" (evidence kept)
    // and the errors of ChainCopy and RegisterBook.
    Result<Known*> update(Environment& environment, LogView& log, RegisterBook& book, const model::ChainId& chain);
    Result<const KnownReceipts*> update_receipts(Environment& environment, LogView& log, RegisterBook& book,
                                                 Known& known, const model::AuthorityRef& authority);

    [[nodiscard]] Known* known(const model::ChainId& chain) const;
    [[nodiscard]] const std::map<model::ChainId, std::unique_ptr<Known>>& all() const noexcept { return known_; }

private:
    std::map<model::ChainId, std::unique_ptr<Known>> known_;
};

}  // namespace rogatory::agent
