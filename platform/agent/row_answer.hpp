#pragma once

#include "platform/agent/draft_plan.hpp"

namespace rogatory::agent {

// Internal to platform/agent: an answer that was begun is an answer to the row that its dossier tells of last. conflict
// "report_row.told_anew".
Result<> require_answers_newest(Agent::State& state, const DraftPlan& plan);

}  // namespace rogatory::agent
