#pragma once

#include <map>
#include <memory>
#include <vector>

#include "platform/agent/chain_copy.hpp"
#include "platform/agent/register_book.hpp"
#include "platform/record/casebook.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// The casebooks of the authorities this client acts for, each replayed against the register of its Party.
class CasebookBook {
public:
    struct Known {
        ChainCopy copy;
        record::Casebook replayed;
        std::size_t applied = 0;
    };

    // Brings the casebook up to the log. One in which nothing was noted yet is empty. integrity "casebook.broken"
    // (evidence kept), "register.incomplete" and the errors of ChainCopy and RegisterBook.
    Result<const Known*> update(Environment& environment, LogView& log, RegisterBook& book, const model::ChainId& chain,
                                const model::AuthorityRef& authority);

    [[nodiscard]] const Known* known(const model::ChainId& chain) const;

private:
    std::map<model::ChainId, std::unique_ptr<Known>> known_;
};

}  // namespace rogatory::agent
