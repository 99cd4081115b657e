#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/time.hpp"
#include "platform/model/party.hpp"
#include "platform/ports/ids.hpp"
#include "platform/service/access_rules.hpp"

// Who is asking. Every use case that needs a signed-in caller takes a Principal, and only the Authenticator makes one:
// a call without a checked session cannot be written.
namespace rogatory::service {

enum class Scope {
    full,       // after sign-in with the sign-in key and the second factor, or with a service key
    enrolment,  // after redeeming an invitation: own Party's register, the log, and one enrolment
    kit,        // after sign-in with the recovery kit: fetch the bundle and write a new one, nothing else
    // Of no stored session, but of the moment: a full one whose holder his Party's own rules keep out, and who may set
    // them anew. His keys, his Party's register and that one statement, nothing else.
    rules,
};

enum class AccountKind { member, administrator, auditor, service };

using model::Role;

// One membership of a person, as the register says *now* (read with the session, at every request).
struct Membership {
    ports::ChainId register_chain;
    ports::PartyId party;  // the founded id
    std::string party_code;
    ports::AuthorityId authority;
    ports::MemberId member;
    Role role{Role::reader};
    bool service{false};
    bool root_authority{false};
    // The Party's access is suspended by an administrator, or the Party's own rules do not let him in as he comes:
    // reads nothing, writes nothing.
    bool suspended{false};
};

// A membership whose Party's own rules keep out somebody who may change them: a custodian of its root authority whose
// second factor was just shown, at an address that they do not name. Where addresses change, nobody else is left.
struct WayBack {
    Membership membership;  // not marked as suspended
    const char* barred;     // by which rule: "access.address"
};

// Somebody who would take over an authority that lost its custodians: the holders have not all approved, the register
// does not name him. He reads what he must check and appends the one statement that makes him its custodian.
struct Candidacy {
    ports::InvitationId invitation;
    ports::ChainId register_chain;
    ports::PartyId party;
    std::string party_code;
    ports::AuthorityId authority;
    ports::MemberId member;
};

class Principal {
public:
    [[nodiscard]] const Circumstances& circumstances() const noexcept { return circumstances_; }
    [[nodiscard]] Scope scope() const noexcept { return scope_; }
    [[nodiscard]] AccountKind kind() const noexcept { return kind_; }
    // Absent in an enrolment session, which has no account yet.
    [[nodiscard]] const std::optional<std::int64_t>& account() const noexcept { return account_; }
    [[nodiscard]] const std::string& user_name() const noexcept { return user_name_; }
    [[nodiscard]] ports::SessionId session() const noexcept { return session_; }
    // Whether this session showed a second factor lately enough for an act of an access manager.
    [[nodiscard]] bool stepped_up() const noexcept { return stepped_up_; }
    // Present in an enrolment session only.
    [[nodiscard]] const std::optional<ports::InvitationId>& invitation() const noexcept { return invitation_; }
    // Of an enrolment session: the register of the Party that invites, once it is founded.
    [[nodiscard]] const std::optional<ports::ChainId>& inviting_register() const noexcept { return inviting_register_; }
    [[nodiscard]] const std::vector<Membership>& memberships() const noexcept { return memberships_; }
    [[nodiscard]] const std::vector<Candidacy>& candidacies() const noexcept { return candidacies_; }
    [[nodiscard]] const std::vector<WayBack>& ways_back() const noexcept { return ways_back_; }
    // Of scope `rules`: by which rule, as the error's key. Null otherwise.
    [[nodiscard]] const char* barred() const noexcept { return barred_; }
    // The first membership in that authority that is not suspended.
    [[nodiscard]] const Membership* membership_in(ports::AuthorityId authority) const noexcept {
        for (const auto& membership : memberships_) {
            if (membership.authority == authority && !membership.suspended) return &membership;
        }
        return nullptr;
    }

private:
    friend class Authenticator;
    Principal() = default;

    Circumstances circumstances_;
    Scope scope_{Scope::enrolment};
    AccountKind kind_{AccountKind::member};
    std::optional<std::int64_t> account_;
    std::string user_name_;
    ports::SessionId session_;
    bool stepped_up_{false};
    std::optional<ports::InvitationId> invitation_;
    std::optional<ports::ChainId> inviting_register_;
    std::vector<Membership> memberships_;
    std::vector<Candidacy> candidacies_;
    std::vector<WayBack> ways_back_;
    const char* barred_{nullptr};
};

}  // namespace rogatory::service
