#include "platform/casework/state_profile.hpp"

#include <algorithm>
#include <set>

#include "platform/casework/cells.hpp"
#include "platform/casework/data.hpp"
#include "platform/casework/sheet_words.hpp"

namespace rogatory::casework {

const std::vector<State>& states_parties_2021() {
    static const auto kStates = [] {
        std::vector<State> out;
        for (auto& row : data_rows(data::kCountries))
            if (!row[2].empty()) out.push_back(State{std::move(row[1]), std::move(row[2])});
        std::ranges::sort(out, {}, &State::code);
        return out;
    }();
    return kStates;
}

Result<std::vector<ProfileRow>> profile_rows(const std::vector<Values>& rows) {
    std::vector<ProfileRow> out;
    for (const auto& values : rows) {
        const auto text = [&](const std::string& column) {
            const auto found = values.find(column);
            return found == values.end() ? std::string{} : found->second;
        };
        const auto dated = Date::parse(text("dated"));
        if (text("state").size() != 3 || text("source").empty() || !dated ||
            word_code("state_topic", text("topic")) != text("topic") ||
            word_code("state_answer", text("answer")) != text("answer"))
            return fail(Error{ErrorCode::invalid_input, "state_profile.row"}.with("state", text("state")));
        out.push_back(ProfileRow{.state = text("state"),
                                 .topic = text("topic"),
                                 .answer = text("answer"),
                                 .dated = *dated,
                                 .source = text("source"),
                                 .note = text("note")});
    }
    return out;
}

std::map<std::pair<std::string, std::string>, ProfileRow> profile_on(const std::vector<ProfileRow>& rows, Date day) {
    std::map<std::pair<std::string, std::string>, ProfileRow> out;
    for (const auto& row : rows) {
        if (row.dated > day) continue;
        const auto [found, added] = out.emplace(std::pair{row.state, row.topic}, row);
        // Of two of one day the later one in the list holds: it was said after.
        if (!added && row.dated >= found->second.dated) found->second = row;
    }
    return out;
}

std::vector<RegionCount> overview(const std::vector<ProfileRow>& rows, const std::vector<State>& states, Date day) {
    const auto held = profile_on(rows, day);
    std::vector<RegionCount> out;
    for (const auto& region : word_codes("region")) {
        for (const auto& topic : word_codes("state_topic")) {
            RegionCount count{.region = region, .topic = topic};
            for (const auto& state : states) {
                if (state.region != region) continue;
                const auto found = held.find(std::pair{state.code, topic});
                const auto answer = found == held.end() ? std::string{} : found->second.answer;
                auto& number = answer == "yes"      ? count.yes
                               : answer == "partly" ? count.partly
                               : answer == "no"     ? count.no
                                                    : count.unknown;
                ++number;
            }
            out.push_back(std::move(count));
        }
    }
    return out;
}

std::string overview_csv(const std::vector<RegionCount>& counts, Language language) {
    const auto french = language == Language::fr;
    const char separator = french ? ';' : ',';
    std::string out =
        "\xEF\xBB\xBF" +
        line_of(french ? std::vector<std::string>{"Région", "Sujet", "Oui", "En partie", "Non", "Sans réponse"}
                       : std::vector<std::string>{"Region", "Topic", "Yes", "Partly", "No", "No answer"},
                separator);
    for (const auto& count : counts) {
        out +=
            line_of({text_cell(word_title("region", count.region, language), separator),
                     text_cell(word_title("state_topic", count.topic, language), separator), std::to_string(count.yes),
                     std::to_string(count.partly), std::to_string(count.no), std::to_string(count.unknown)},
                    separator);
    }
    return out;
}

std::vector<std::string> without_focal_point(const std::vector<FocalPoint>& points, const std::vector<State>& states,
                                             std::string_view region, std::string_view theme, Date day) {
    std::set<std::string> served;
    for (const auto& point : points) {
        const auto in_force = point.valid_from <= day && (!point.valid_to || day <= *point.valid_to);
        if (in_force && (point.theme == theme || point.theme == "general")) served.insert(point.state);
    }
    std::vector<std::string> out;
    for (const auto& state : states)
        if (state.region == region && !served.contains(state.code)) out.push_back(state.code);
    std::ranges::sort(out);
    return out;
}

}  // namespace rogatory::casework
