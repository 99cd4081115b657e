#pragma once

#include <optional>
#include <vector>

#include "platform/agent/recovery.hpp"
#include "platform/agent/state.hpp"
#include "platform/record/enrolment_record.hpp"

// Internal to platform/agent: who would take a lost authority over.
namespace rogatory::agent {

// The record that a row brings, if it is one for this authority's recovery: signed by its own key, of a custodian of
// this Party who is none yet. integrity "invitation.answer_signature" | "invitation.answer_differs".
Result<record::SignedRecord> candidate_record(const record::Register& reg, const model::AuthorityId& authority,
                                              const ports::remote::InvitationRow& row);

// All that the server tells of, and what the register says of each.
Result<std::vector<RecoveryCandidate>> candidates_of(Agent::State& state, const model::AuthorityId& authority);

// The one that `text` names: display name, or the beginning of record or invitation in hex; with an empty text the only
// one that has answered. not_found "recovery.candidate_unknown", invalid_input "name.ambiguous".
struct ChosenCandidate {
    ports::remote::InvitationRow row;
    record::SignedRecord record;
};
Result<ChosenCandidate> choose_candidate(Agent::State& state, const model::AuthorityId& authority,
                                         std::string_view text);

// The cosigned checkpoints that first covered a record's approvals, and since when the 72 hours run.
struct CoveredApprovals {
    std::vector<record::AuthorityRecovered::Reference> references;
    std::optional<UnixSeconds> first;
};
Result<CoveredApprovals> covered_approvals(Agent::State& state, const record::Register::Candidacy& candidacy);

}  // namespace rogatory::agent
