#pragma once

#include <optional>

#include "platform/base/result.hpp"
#include "platform/service/principal.hpp"

// The one function that says who may do what. Use cases find out the facts and ask it; none of them decides by itself.
namespace rogatory::service {

enum class Act {
    see_directory,     // the list of Parties
    read_register,     // a Party register's statements
    read_notices,      // a Party's notice board
    read_envelopes,    // a dossier's or its receipts' statements
    read_sealed_body,  // and shares of the same standing
    read_attachment,
    read_for_authority,  // a grant, a keyring, a casebook: only its authority's members
    read_for_member,     // a share of a recovery identity: only its holder
    list_dossiers,
    append,
    upload,
    invite,          // and see or cancel invitations
    begin_recovery,  // of an authority that lost its custodians
    see_candidates,  // who answered such an invitation
    see_self,        // who he is, and of what he is a member
    use_account,
    read_bundle,
    use_bundle,
    use_state,
    enrol,
    administer,
    audit,
    read_party_audit,  // a Party's own part of the audit trail
};

// How the caller, acting for one authority, stands to the thing. What is suspended has no tie at all.
enum class Tie {
    none,
    inviting_register,  // of an enrolment session: the register of the Party that invites
    authority,          // the thing belongs to, or the act is for, an authority he is a member of
    root_of_party,      // … an authority of his Party, and he is a member of its root authority
    revoked,            // his authority was in the dossier
    past_reader,        // it holds grants of past epochs only
    participant,
    named,      // he himself is named as its one reader
    holder,     // he holds a part of the authority's recovery key
    candidate,  // he answered the invitation to take the authority over
};

struct Question {
    Act act{};
    Scope scope{Scope::enrolment};
    AccountKind kind{AccountKind::member};
    Tie tie{Tie::none};
    std::optional<Role> role;  // held in that authority
};

enum class Answer {
    yes,
    not_allowed,  // it is his to know that the thing exists, not to do this
    not_there,    // not his: the same as what does not exist
};

// Deny by default: what no line allows is not there.
[[nodiscard]] Answer decide(const Question& question) noexcept;

// The same as an error: not_found "access.not_found", forbidden "access.role".
[[nodiscard]] Result<> permit(const Question& question);
[[nodiscard]] Result<> permit(const Principal& principal, Act act, Tie tie = Tie::none,
                              std::optional<Role> role = std::nullopt);

// The one error of everything that is not there or not his.
[[nodiscard]] tl::unexpected<Error> not_there();

}  // namespace rogatory::service
