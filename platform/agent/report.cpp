#include "platform/agent/report.hpp"

#include <algorithm>
#include <map>

#include "crypto/encoding/hex.hpp"
#include "platform/agent/dossiers.hpp"
#include "platform/agent/epoch.hpp"
#include "platform/agent/state.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

using casework::Date;
using casework::Outcome;
using model::RequestStatus;

Date day(UnixSeconds when) { return Date::at(when, 0); }

std::optional<Date> day(const std::optional<UnixSeconds>& when) {
    return when ? std::optional{day(*when)} : std::nullopt;
}

// When the request first came to `status`.
std::optional<Date> first(const record::RequestState& request, RequestStatus status) {
    for (const auto& move : request.moves) {
        if (move.to == status) return day(move.when);
    }
    return std::nullopt;
}

void end(casework::RequestFacts& facts, Outcome outcome, Date ended) {
    facts.outcome = outcome;
    facts.ended = ended;
}

// From the last step back: being closed ends what was not executed or refused as a whole.
void fill_outcome(casework::RequestFacts& facts, const record::RequestState& request) {
    auto last = request.moves.rbegin();
    const bool closed = last->to == RequestStatus::closed;
    const auto closed_at = day(last->when);
    if (closed && std::next(last) != request.moves.rend()) ++last;
    if (last->to == RequestStatus::executed) return end(facts, Outcome::executed, day(last->when));
    if (last->to == RequestStatus::refused && !last->in_part) return end(facts, Outcome::refused, day(last->when));
    if (last->to == RequestStatus::withdrawn) return end(facts, Outcome::withdrawn, day(last->when));
    if (closed) end(facts, Outcome::closed_otherwise, closed_at);
}

// The request at the end of that day: what came after it is not counted, neither a step nor a date that was agreed.
record::RequestState as_it_stood(const DossierBook::Known& known, Date as_of) {
    auto request = *known.replayed.request();
    const auto later = [&](const record::RequestState::Move& move) { return day(move.when) > as_of; };
    request.moves.erase(std::remove_if(std::next(request.moves.begin()), request.moves.end(), later),
                        request.moves.end());
    std::map<model::StatementId, UnixSeconds> proposed;
    const auto& items = known.copy.items();
    for (std::size_t i = 0; i < known.outcomes.size(); ++i) {
        if (!known.outcomes[i].effective()) continue;
        const auto& said = items[i].statement;
        const auto* entry = said.body<record::Entry>();
        if (entry != nullptr && entry->routing) request.first_due = request.due = entry->routing->due;
        if (const auto* proposal = said.body<record::DueProposed>()) proposed.emplace(said.id(), proposal->due);
        const auto* agreed = said.body<record::DueAgreed>();
        if (agreed == nullptr || day(said.statement().at) > as_of) continue;
        request.due = proposed.at(agreed->proposal);
        if (!request.first_due) request.first_due = request.due;
    }
    return request;
}

}  // namespace

casework::RequestFacts facts_of(std::string reference, const record::RequestState& request,
                                const model::PartyCode& requesting, const model::PartyCode& requested) {
    casework::RequestFacts facts{
        .reference = std::move(reference),
        .requesting = requesting,
        .requested = requested,
        .organ = std::string{model::name_of(model::organ_of(requesting))},
        .nature = {},
        .kinds = {},
        .sent = day(request.sent_at),
        .first_due = day(request.first_due),
        .agreed_due = request.due == request.first_due ? std::nullopt : day(request.due),
        .acknowledged = day(request.acknowledged_at),
        .replied = day(request.replied_at),
        .partly_executed = first(request, RequestStatus::partly_executed),
        .referred = first(request, RequestStatus::referred),
        .outcome = std::nullopt,
        .ended = std::nullopt,
        .obstacles = {},
        .off_platform = request.code.has_value(),
        .confidential = request.confidential(),
    };
    if (request.routing) {
        facts.nature = model::name_of(request.routing->nature);
        for (const auto kind : request.routing->kinds) facts.kinds.emplace(model::name_of(kind));
    }
    fill_outcome(facts, request);
    for (const auto& [code, at] : request.obstacles) facts.obstacles.emplace(model::name_of(code), day(at));
    return facts;
}

Result<OwnReport> own_report(Agent& agent, casework::ReportOptions options) {
    auto& state = agent.state();
    ROGATORY_TRY_VOID(agent.synchronise());
    const auto own = state.own().code();
    std::vector<casework::RequestFacts> facts;
    std::size_t unreadable = 0;
    ROGATORY_TRY(const auto chains, own_dossiers(state));
    for (const auto& chain : chains) {
        const auto known = state.dossier(chain);
        if (!known) {
            if (known.error().code() == ErrorCode::unavailable) return fail(known.error());
            ++unreadable;
            continue;
        }
        const auto& replayed = (*known)->replayed;
        if (!state.require_complete(**known)) ++unreadable;
        if (!replayed.opened() || !replayed.request()) continue;
        const auto request = as_it_stood(**known, options.as_of);
        if (request.side(state.authority()) == model::RequestSide::none) continue;
        const auto* requesting = state.book.by_party(request.requesting.party);
        const auto* requested = request.requested ? state.book.by_party(request.requested->party) : nullptr;
        if (requesting == nullptr || (requested == nullptr && !request.code)) {
            ++unreadable;
            continue;
        }
        facts.push_back(facts_of(encoding::hex_encode(chain.value()), request, requesting->code(),
                                 requested != nullptr ? requested->code() : *request.code));
    }
    options.parties.insert(own);
    ROGATORY_TRY(auto report, casework::make_report(facts, options));
    // Of another State a State knows its own dealings only: that is no row of that State's.
    if (own.is_state()) {
        std::erase_if(report.rows, [&](const casework::PartyRow& row) { return row.party != own; });
    }
    const auto sealed = static_cast<std::size_t>(
        std::count_if(facts.begin(), facts.end(), [](const auto& one) { return one.confidential; }));
    return OwnReport{own, std::move(report), std::move(facts), sealed, unreadable};
}

}  // namespace rogatory::agent
