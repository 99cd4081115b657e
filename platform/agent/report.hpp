#pragma once

#include <cstddef>
#include <vector>

#include "platform/agent/agent.hpp"
#include "platform/casework/report.hpp"
#include "platform/record/request_state.hpp"

// The figures of one's own requests, from the signed statements this device holds (domain.md, section 5;
// platform/decisions/1711-casework-figures.md).
namespace rogatory::agent {

struct OwnReport {
    model::PartyCode own;
    // Of a State its own row; of a body of the Court every Party's, as far as it and this body dealt with one another.
    casework::Report report;
    // What was counted: a request by its dossier, as it stood at the end of the report's day, so that anyone who holds
    // the statements can count again.
    std::vector<casework::RequestFacts> facts;
    std::size_t confidential = 0;  // requests whose routing is sealed: in no figure
    std::size_t unreadable = 0;    // dossiers whose chain is broken or incomplete here: they may be missing
};

// Days are those of UTC, so that everybody counts the same. invalid_input "report.period".
Result<OwnReport> own_report(Agent& agent, casework::ReportOptions options);

// What a report counts of one request. The outcome is what it came to last: executed or refused as a whole stands until
// something else is begun, and being closed afterwards changes neither.
[[nodiscard]] casework::RequestFacts facts_of(std::string reference, const record::RequestState& request,
                                              const model::PartyCode& requesting, const model::PartyCode& requested);

}  // namespace rogatory::agent
