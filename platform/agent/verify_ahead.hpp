#pragma once

#include "platform/agent/chain_copy.hpp"
#include "platform/agent/register_book.hpp"
#include "platform/record/verify_ahead.hpp"

// Internal to platform/agent: the signatures of a chain that is replayed, verified on all cores some way ahead.
namespace rogatory::agent {

class VerifyAhead {
public:
    // `items` and what else is given outlive it.
    VerifyAhead(const std::vector<ChainCopy::Item>& items, const LogView& log, record::KeyOfAuthor author)
        : items_{items}, log_{log}, author_{std::move(author)} {}
    // The authors' registers are in the book.
    VerifyAhead(const std::vector<ChainCopy::Item>& items, const LogView& log, const RegisterBook& book);

    // Before the statement at this place is judged; places rise.
    void reach(std::size_t place);

private:
    const std::vector<ChainCopy::Item>& items_;
    const LogView& log_;
    record::KeyOfAuthor author_;
    std::size_t reached_ = 0;
};

}  // namespace rogatory::agent
