#pragma once

#include <optional>
#include <vector>

#include "platform/record/judging.hpp"
#include "platform/record/register.hpp"

namespace rogatory::record {

// One statement at its place in a register: whether it may, what it would change, and the change itself. Three passes
// over the same body, so that judging changes nothing and applying judges first.
class RegisterJudge {
public:
    RegisterJudge(const Register& state, const SignedStatement& statement, model::LogIndex at)
        : state_{state}, signed_{statement}, s_{statement.statement()}, at_{at} {}

    [[nodiscard]] Outcome judge() const;
    // Of an effective statement.
    static void change(Register& state, const SignedStatement& statement, model::LogIndex at);

private:
    [[nodiscard]] std::optional<Outcome> authenticate() const;
    [[nodiscard]] Reason membership() const;
    [[nodiscard]] Reason seen() const;
    [[nodiscard]] Reason signer() const;

    [[nodiscard]] Reason check(const Founded& body) const;
    [[nodiscard]] Reason check(const AuthorityAdded& body) const;
    [[nodiscard]] Reason check(const Pinned& body) const;
    [[nodiscard]] Reason check(const Unpinned& body) const;
    [[nodiscard]] Reason check(const VouchesSet& body) const;
    [[nodiscard]] Reason check(const LogPolicySet& body) const;
    [[nodiscard]] Reason check(const AccessPolicySet& body) const;
    [[nodiscard]] Reason check(const PublisherSet& body) const;
    [[nodiscard]] Reason check(const VisaSet& body) const;
    [[nodiscard]] Reason check(const Invited& body) const;
    [[nodiscard]] Reason check(const MemberAdded& body) const;
    [[nodiscard]] Reason check(const MemberRemoved& body) const;
    [[nodiscard]] Reason check(const RoleChanged& body) const;
    [[nodiscard]] Reason check(const AuthorityRekeyed& body) const;
    [[nodiscard]] Reason check(const MemberRekeyed& body) const;
    [[nodiscard]] Reason check(const RecoverySet& body) const;
    [[nodiscard]] Reason check(const RecoveryDrilled& body) const;
    [[nodiscard]] Reason check(const RecoveryApproved& body) const;
    [[nodiscard]] Reason check(const RecoveryRefused& body) const;
    [[nodiscard]] Reason check(const AuthorityRecovered& body) const;
    template <class Other>
    [[nodiscard]] Reason check(const Other& /*of another chain*/) const {
        return "void.wrong_chain";
    }

    // A new member's or a member's new record against the invitation it answers.
    [[nodiscard]] Reason answers(const SignedRecord& record, InvitationPurpose purpose) const;
    [[nodiscard]] Reason fresh_keys(const EnrolmentRecord& record) const;
    [[nodiscard]] Reason next_generation(const model::AuthorityId& authority, const NewGeneration& next) const;
    [[nodiscard]] bool fresh(const Recipient& recipient) const;
    [[nodiscard]] Reason approvals_hold(const AuthorityRecovered& body, const Register::Recovery& set) const;
    [[nodiscard]] std::vector<Effect> effects() const;

    const Register& state_;
    const SignedStatement& signed_;
    const Statement& s_;
    model::LogIndex at_;
};

}  // namespace rogatory::record
