#include "platform/record/casebook.hpp"

#include <variant>

#include "platform/base/ensure.hpp"
#include "platform/record/chains.hpp"
#include "platform/record/judging.hpp"
#include "platform/record/peek.hpp"

namespace rogatory::record {

Casebook::Casebook(model::ChainId chain, model::AuthorityRef authority) : chain_{chain}, authority_{authority} {}

Outcome Casebook::judge(const SignedStatement& statement, model::LogIndex at, const Registers& registers) const {
    const auto& s = statement.statement();
    if (auto outcome = check_frame(s, chain_, head_, stopped_, at)) return *std::move(outcome);
    const auto found = find_author(statement, at, registers);
    if (const auto* outcome = std::get_if<Outcome>(&found)) return *outcome;
    const auto& author = std::get<AuthorFound>(found);
    const auto* note = statement.body<Note>();
    if (note == nullptr) return Outcome::make_void("void.wrong_chain");
    if (author.ref != authority_) return Outcome::make_void("void.not_the_authority");
    if (!is_casebook_chain(chain_, authority_.authority)) return Outcome::make_void("void.chain_id");
    if (!author.officer()) return Outcome::make_void("void.not_officer");
    const auto* current = author.party_register->generation(authority_.authority, at);
    ensure(current != nullptr, "the authority of a member has a generation");
    // Who was removed before must not be able to open it.
    if (current->number != note->generation) return Outcome::make_void("void.generation");
    if (reuses_files(s, files_)) return Outcome::make_void("void.file_reused");
    auto outcome = Outcome::ok();
    outcome.effects.emplace_back(NoteAdded{});
    return outcome;
}

Outcome Casebook::apply(const SignedStatement& statement, model::LogIndex at, const Registers& registers) {
    auto outcome = judge(statement, at, registers);
    if (outcome.verdict == Verdict::broken || outcome.verdict == Verdict::unsupported) {
        stopped_ = true;
        return outcome;
    }
    if (outcome.effective()) {
        for (const auto& file : listed_files(statement.statement())) files_.insert(file);
        notes_.push_back(head_.length);
    }
    head_ = {head_.length + 1, statement.id(), at};
    return outcome;
}

}  // namespace rogatory::record
