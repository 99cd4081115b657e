#include <algorithm>
#include <map>
#include <tuple>

#include "platform/agent/calendars.hpp"
#include "platform/agent/requests.hpp"
#include "platform/agent/state.hpp"
#include "platform/base/try.hpp"
#include "platform/casework/measure_end.hpp"
#include "platform/casework/published_calendar.hpp"

// What is due, and which measures lapse: by the working days that the requested State published.
namespace rogatory::agent {

Result<std::optional<casework::Calendar>> published_calendar(Agent::State& state, const model::PartyId& party,
                                                             casework::Date day) {
    // As of every board: of a Party that is not pinned nothing is taken as fact.
    if (!record::pin_basis(state.book, state.own(), party)) return std::nullopt;
    const auto board = state.notices.update(state.environment, state.log, state.book, party);
    if (!board) {
        if (board.error().code() == ErrorCode::unavailable) return fail(Error{board.error()});
        return std::nullopt;
    }
    if ((*board)->copy.incomplete()) return std::nullopt;
    return casework::calendar_from((*board)->replayed.calendars(), day);
}

namespace {

// A measure that lapsed longer ago is history: the chronology tells it.
constexpr std::int64_t kLapsedShown = 90;

DeadlineView deadline_of(const RequestView& request, casework::Date day, casework::Date today,
                         const std::optional<casework::Calendar>& calendar) {
    const auto view = casework::due_view(day, today, calendar.value_or(casework::Calendar{}));
    DeadlineView out;
    out.request = request;
    out.day = day.text();
    out.state = casework::to_text(view.state);
    out.days = view.days;
    out.working_days = view.working_days;
    out.published = calendar.has_value();
    return out;
}

}  // namespace

Result<std::vector<DeadlineView>> list_deadlines(Agent& agent, const DeadlineQuery& query) {
    auto& state = agent.state();
    ROGATORY_TRY(const auto requests, list_requests(agent, {}));
    const auto today = casework::Date::at(state.now(), query.zone);
    std::map<Hash, std::optional<casework::Calendar>> calendars;
    std::vector<DeadlineView> out;
    const auto near = [&](casework::Date day) { return days_between(today, day) <= query.within; };
    for (const auto& request : requests) {
        std::optional<casework::Calendar> calendar;
        if (request.requested) {
            const auto& party = request.requested->founded_id;
            auto [place, fresh] = calendars.try_emplace(party);
            if (fresh) {
                ROGATORY_TRY(place->second, published_calendar(state, model::PartyId{party}, today));
            }
            calendar = place->second;
        }
        if (request.due && !request.over_at) {
            const auto day = casework::Date::at(*request.due, query.zone);
            if (near(day)) out.push_back(deadline_of(request, day, today, calendar));
        }
        for (const auto& measure : request.measures) {
            const auto day = casework::Date::parse(measure.ends);
            if (!day || !near(*day) || days_between(*day, today) > kLapsedShown) continue;
            out.push_back(deadline_of(request, *day, today, calendar));
            out.back().measure = measure;
        }
    }
    std::ranges::stable_sort(out, [](const DeadlineView& a, const DeadlineView& b) {
        return std::tie(a.day, a.request.chain) < std::tie(b.day, b.request.chain);
    });
    return out;
}

}  // namespace rogatory::agent
