#pragma once

#include <set>
#include <vector>

#include "platform/model/ids.hpp"
#include "platform/record/outcome.hpp"
#include "platform/record/register.hpp"
#include "platform/record/statement.hpp"

namespace rogatory::record {

// The casebook of one authority (protocol.md, section 4): a value like Register and Dossier. It knows who noted
// something, when, and to which generation it is sealed; what that is, casebook_state.hpp replays from what was opened.
class Casebook {
public:
    Casebook(model::ChainId chain, model::AuthorityRef authority);

    [[nodiscard]] Outcome judge(const SignedStatement& statement, model::LogIndex at, const Registers& registers) const;
    Outcome apply(const SignedStatement& statement, model::LogIndex at, const Registers& registers);

    [[nodiscard]] const model::ChainId& chain() const noexcept { return chain_; }
    [[nodiscard]] const model::AuthorityRef& authority() const noexcept { return authority_; }
    [[nodiscard]] const Head& head() const noexcept { return head_; }

    // The statements that took effect, in order: their places in the chain.
    [[nodiscard]] const std::vector<std::uint64_t>& notes() const noexcept { return notes_; }

private:
    model::ChainId chain_;
    model::AuthorityRef authority_;
    Head head_;
    bool stopped_ = false;
    std::set<model::Digest> files_;  // listed by effective statements
    std::vector<std::uint64_t> notes_;
};

}  // namespace rogatory::record
