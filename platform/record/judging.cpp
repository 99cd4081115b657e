#include "platform/record/judging.hpp"

#include "platform/record/peek.hpp"

namespace rogatory::record {

std::optional<Outcome> check_frame(const Statement& statement, const model::ChainId& chain, const Head& head,
                                   bool stopped, model::LogIndex at) {
    if (stopped) return Outcome::make_broken("broken.stopped");
    if (statement.chain != chain) return Outcome::make_broken("broken.chain");
    if (statement.seq != head.length) return Outcome::make_broken("broken.seq");
    if (statement.prev != head.last) return Outcome::make_broken("broken.prev");
    if (head.length > 0 && at <= head.index) return Outcome::make_broken("broken.index");
    return std::nullopt;
}

std::variant<Outcome, AuthorFound> find_author(const SignedStatement& statement, model::LogIndex at,
                                               const Registers& registers) {
    const auto& s = statement.statement();
    const auto* party_register = registers.by_chain(s.author.register_chain);
    // No honest server takes a statement whose author's register it does not have: one that is not shown is withheld,
    // and calling the statement void would let whoever withholds choose what takes effect.
    if (party_register == nullptr || !party_register->founded() || party_register->founded_at() >= at) {
        return Outcome::make_broken("broken.register_missing");
    }
    const auto* key = party_register->key_ever(s.author.member, s.author.key);
    if (key == nullptr) return Outcome::make_void("void.author_unknown");
    if (!statement.envelope().verify(*key)) return Outcome::make_broken("broken.signature");
    auto member = party_register->member(s.author.member, at);
    if (!member || member->authority != s.author.authority) return Outcome::make_void("void.not_a_member");
    if (member->key != *key) return Outcome::make_void("void.old_key");
    const auto reason = party_register->log_policy(at).judge(s.seen, at);
    if (!reason.empty()) return Outcome::make_void(std::string{reason});
    return AuthorFound{party_register, *std::move(member), {party_register->party(), s.author.authority}};
}

bool reuses_files(const Statement& statement, const std::set<model::Digest>& known) {
    std::set<model::Digest> here;
    for (const auto& file : listed_files(statement)) {
        if (known.contains(file) || !here.insert(file).second) return true;
    }
    return false;
}

}  // namespace rogatory::record
