#include "platform/casework/measure_end.hpp"

#include <algorithm>
#include <vector>

namespace rogatory::casework {

std::optional<Date> measure_end(const model::Measure& measure) {
    // In the order of their days, whatever order they were written in; two of one day as they were written.
    std::vector<const model::MeasureEvent*> events;
    for (const auto& event : measure.events) events.push_back(&event);
    std::ranges::stable_sort(events, {}, [](const model::MeasureEvent* event) { return event->date; });
    auto end = measure.expiry;
    for (const auto* event : events) {
        if (event->act == model::MeasureAct::lifted || event->act == model::MeasureAct::converted) return {};
        if (event->act == model::MeasureAct::extended && event->until) end = event->until;
    }
    if (!end) return {};
    const auto day = Date::parse(*end);
    return day ? std::optional{*day} : std::nullopt;
}

}  // namespace rogatory::casework
