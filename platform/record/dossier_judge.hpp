#pragma once

#include <optional>
#include <vector>

#include "platform/record/dossier.hpp"
#include "platform/record/judging.hpp"

namespace rogatory::record {

// Each epoch costs every end a key, and a grant a participant, for ever. The last ones are for `revoked` alone: whoever
// uses the others up keeps nobody in (decision 0308).
inline constexpr std::size_t kMaxEpochs = 2000;
inline constexpr std::size_t kEpochsForRevoking = Dossier::kMaxGrants;

// One statement at its place in a dossier: whether it may, what it would change, and the change itself.
class DossierJudge {
public:
    DossierJudge(const Dossier& state, const SignedStatement& statement, model::LogIndex at, const Registers& registers)
        : state_{state}, signed_{statement}, s_{statement.statement()}, at_{at}, registers_{registers} {}

    [[nodiscard]] Outcome judge();
    // Of an effective statement.
    static void change(Dossier& state, const SignedStatement& statement, model::LogIndex at,
                       const Registers& registers);

private:
    [[nodiscard]] Reason place() const;
    [[nodiscard]] Reason signer() const;
    [[nodiscard]] bool publisher() const;  // its authority may publish for its Party, as on a notice board
    [[nodiscard]] Reason seals_to_current_epoch() const;

    [[nodiscard]] Reason check(const Opened& body) const;
    [[nodiscard]] Reason check(const Entry& body) const;
    [[nodiscard]] Reason check(const Granted& body) const;
    [[nodiscard]] Reason check(const EpochStarted& body) const;
    [[nodiscard]] Reason check(const Revoked& body) const;
    [[nodiscard]] Reason check(const PolicyChanged& body) const;
    [[nodiscard]] Reason check(const Closed& body) const;
    [[nodiscard]] Reason check(const Reopened& body) const;
    [[nodiscard]] Reason check(const Approved& body) const;
    [[nodiscard]] Reason check(const Consented& body) const;
    [[nodiscard]] Reason check(const Released& body) const;
    [[nodiscard]] Reason check(const Withdrawn& body) const;
    [[nodiscard]] Reason check(const StatusSet& body) const;
    [[nodiscard]] Reason check(const Reminded& body) const;
    [[nodiscard]] Reason check(const DueProposed& body) const;
    [[nodiscard]] Reason check(const DueAgreed& body) const;
    [[nodiscard]] Reason check(const OffPlatform& body) const;
    [[nodiscard]] Reason check(const OffPlatformConfirmed& body) const;
    [[nodiscard]] Reason check(const RoutingDisclosed& body) const;
    template <class Other>
    [[nodiscard]] Reason check(const Other& /*of another chain*/) const {
        return "void.wrong_chain";
    }

    // Of a request (request_judge.cpp).
    [[nodiscard]] Reason in_request(std::optional<model::RequestSide>& side) const;
    [[nodiscard]] Reason of_a_side(std::optional<model::RequestSide>& side) const;
    [[nodiscard]] Reason routing(const Entry& body) const;
    [[nodiscard]] Reason obstacles(const StatusSet& body, std::uint8_t mine) const;
    static void change_request(Dossier& state, const SignedStatement& statement, const model::AuthorityRef& author);

    // A new epoch granted to exactly this audience, each at its current generation and pinned by the author's Party.
    [[nodiscard]] Reason new_epoch(const NewEpoch& epoch, const std::vector<model::AuthorityRef>& audience) const;
    [[nodiscard]] Reason may_be_granted(const model::AuthorityRef& to, std::uint64_t generation) const;
    [[nodiscard]] Reason consents_suffice(const Granted& body, const std::vector<std::uint64_t>& epochs) const;
    [[nodiscard]] Reason owns_all(const std::vector<model::StatementId>& entries) const;
    [[nodiscard]] bool pinned(const model::PartyId& party) const;
    // A Party that a body names and that nobody shows us.
    [[nodiscard]] bool party_missing() const;
    [[nodiscard]] std::vector<Effect> effects() const;

    const Dossier& state_;
    const SignedStatement& signed_;
    const Statement& s_;
    model::LogIndex at_;
    const Registers& registers_;
    const AuthorFound* author_ = nullptr;
    mutable bool voucher_missing_ = false;
};

}  // namespace rogatory::record
