#include <set>

#include "platform/agent/calendars.hpp"
#include "platform/agent/normalise.hpp"
#include "platform/agent/recipients.hpp"
#include "platform/agent/request_step.hpp"
#include "platform/agent/requests.hpp"
#include "platform/agent/state.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/law_in_force.hpp"

// A request against what the requested State's own board says of its law, before anything leaves the device.
namespace rogatory::agent {
namespace {

// The text of the form, and what is sent or promised with it in other languages.
std::vector<casework::LanguageVersion> versions_of(const RequestOrder& order) {
    std::vector<casework::LanguageVersion> out;
    bool elsewhere = false;
    for (const auto& one : order.versions) {
        out.push_back({one.language, one.content.has_value(), one.authentic});
        elsewhere = elsewhere || one.authentic;
    }
    out.insert(out.begin(), {order.form.routing.language, true, !elsewhere});
    return out;
}

Result<casework::RequestDraft> draft_of(const RequestOrder& order, casework::Date today) {
    const auto& form = order.form;
    // As the law's own elements are written: in NFC.
    std::set<std::string> elements;
    for (const auto& element : order.law_elements) {
        ROGATORY_TRY(auto normal, normalised(element));
        elements.insert(std::move(normal));
    }
    casework::RequestDraft draft{.kinds = {},
                                 .versions = versions_of(order),
                                 .blocks = {},
                                 .elements = {elements.begin(), elements.end()},
                                 .urgent = form.routing.urgency == model::Urgency::urgent,
                                 .formally_transmitted = {},
                                 .do_not_notify = form.content.no_notice_before.has_value(),
                                 .do_not_notify_until = {},
                                 .freeze_days = {},
                                 .today = today};
    for (const auto kind : form.routing.kinds) draft.kinds.emplace(model::name_of(kind));
    if (form.content.no_notice_before) {
        if (const auto until = casework::Date::parse(*form.content.no_notice_before))
            draft.do_not_notify_until = *until;
    }
    const auto block = [&draft](const char* name, const std::optional<std::string>& text) {
        if (text && !text->empty()) draft.blocks.emplace(name);
    };
    if (const auto& blocks = form.content.blocks) {
        block("assistance", blocks->assistance);
        block("location", blocks->location);
        block("facts", blocks->facts);
        block("procedure", blocks->procedure);
        block("national_law", blocks->national_law);
        block("other", blocks->other);
    }
    // Art. 96(2)(b) asks for the identity or location of persons and things: rows say it as well as a text does.
    const auto& said = form.content;
    if (!said.persons.empty() || !said.entities.empty() || !said.accounts.empty() || !said.assets.empty())
        draft.blocks.emplace("location");
    return draft;
}

// What the State published, by its own board; nothing of a body, which has no law.
Result<std::vector<model::LawEntry>> law_of(Agent::State& state, const model::PartyId& party) {
    ROGATORY_TRY(const auto* const board, state.notices.update(state.environment, state.log, state.book, party));
    if (board->copy.incomplete()) return fail(ErrorCode::integrity, "notices.incomplete");
    std::vector<model::LawEntry> out;
    for (const auto& [id, row] : board->replayed.rows()) {
        const auto* law = std::get_if<model::LawEntry>(&row.notice);
        if (law == nullptr) continue;
        const auto span = row.span();
        if (span.to && *span.to < span.from) continue;  // ended before it began
        out.push_back(*law);
        out.back().valid_to = span.to;
    }
    return out;
}

}  // namespace

Result<std::vector<LawFindingView>> law_findings(Agent::State& state, const RequestOrder& order) {
    const auto today = casework::Date::at(state.now(), 0);
    std::vector<model::LawEntry> rows;
    std::optional<casework::Calendar> calendar;
    if (!order.off_platform) {
        ROGATORY_TRY(const auto to, resolve_authority(state, order.to));
        const auto* const party = state.book.by_party(to.party);
        // The Court has no law of its own to return a request for.
        if (party != nullptr && !party->code().is_state()) return std::vector<LawFindingView>{};
        ROGATORY_TRY(rows, law_of(state, to.party));
        ROGATORY_TRY(calendar, published_calendar(state, to.party, today));
    }
    const auto law = casework::law_on(rows, today);
    std::vector<LawFindingView> out;
    ROGATORY_TRY(const auto draft, draft_of(order, today));
    for (const auto& one : casework::check_law(draft, law.entries)) {
        out.push_back({std::string{casework::to_text(one.weight)}, one.finding.key, one.finding.arguments,
                       casework::ground_of(law, one.finding)});
    }
    if (calendar && order.form.due) {
        for (const auto& note : casework::due_notes(casework::Date::at(*order.form.due, 0), *calendar))
            out.push_back({"note", note.key, note.arguments, ""});
    }
    return out;
}

Result<> require_law_reason(Agent::State& state, const RequestOrder& order) {
    if (order.form.content.law_reason) return {};
    ROGATORY_TRY(const auto findings, law_findings(state, order));
    std::size_t count = 0;
    for (const auto& one : findings) count += one.weight != "note" && !one.ground.empty() ? 1U : 0U;
    if (count == 0) return {};
    return fail(Error{ErrorCode::forbidden, "request.law_reason"}.with("count", std::to_string(count)));
}

Result<std::vector<LawFindingView>> check_request_law(Agent& agent, const RequestOrder& order) {
    ROGATORY_TRY_VOID(agent.synchronise());
    return law_findings(agent.state(), order);
}

}  // namespace rogatory::agent
