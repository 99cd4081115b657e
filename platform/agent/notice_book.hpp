#pragma once

#include <map>
#include <memory>
#include <vector>

#include "platform/agent/chain_copy.hpp"
#include "platform/agent/register_book.hpp"
#include "platform/record/notice_board.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// The notice boards this client reads in this run, each replayed against the registers of those who write on it.
class NoticeBook {
public:
    struct Known {
        ChainCopy copy;
        record::NoticeBoard replayed;
        std::size_t applied = 0;
    };

    // Brings the board, and its authors' registers, up to the log. A Party that has published nothing has an empty one.
    // integrity "notices.broken" (evidence kept), "register.incomplete" and the errors of ChainCopy and RegisterBook.
    Result<const Known*> update(Environment& environment, LogView& log, RegisterBook& book,
                                const model::PartyId& party);

    [[nodiscard]] const Known* known(const model::ChainId& chain) const;

private:
    std::map<model::ChainId, std::unique_ptr<Known>> known_;
};

}  // namespace rogatory::agent
