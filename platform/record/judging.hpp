#pragma once

#include <optional>
#include <set>
#include <string_view>
#include <variant>

#include "platform/record/outcome.hpp"
#include "platform/record/register.hpp"
#include "platform/record/statement.hpp"

// What judging has in common in every chain.
namespace rogatory::record {

// A reason why a statement is void; empty: nothing against it.
using Reason = std::string_view;

// Whether the statement stands where the chain goes on: only a misbehaving server (or, on append, somebody who was
// slower) brings one that does not.
[[nodiscard]] std::optional<Outcome> check_frame(const Statement& statement, const model::ChainId& chain,
                                                 const Head& head, bool stopped, model::LogIndex at);

// An author whose register, membership, key and signature were checked as of the statement's index.
struct AuthorFound {
    const Register* party_register;
    Register::Member member;
    model::AuthorityRef ref;

    [[nodiscard]] bool officer() const noexcept { return model::includes(member.role, model::Role::officer); }
};
[[nodiscard]] std::variant<Outcome, AuthorFound> find_author(const SignedStatement& statement, model::LogIndex at,
                                                             const Registers& registers);

// Whether the statement lists a file that an effective statement of its chain, or it itself, lists already.
[[nodiscard]] bool reuses_files(const Statement& statement, const std::set<model::Digest>& known);

template <class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace rogatory::record
