#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/casework/date.hpp"
#include "platform/casework/spreadsheet.hpp"

// Who did what is asked of all States Parties: each answer dated and sourced, summed by regional group.
namespace rogatory::casework {

struct State {
    std::string code;    // ISO 3166-1 alpha-3
    std::string region;  // of data/words.csv, region
};
// The States Parties of 2021, by code; membership moves, and whoever knows better gives another list.
[[nodiscard]] const std::vector<State>& states_parties_2021();

struct ProfileRow {
    std::string state;   // alpha-3
    std::string topic;   // of data/words.csv, state_topic
    std::string answer;  // yes, partly, no
    Date dated;
    std::string source;
    std::string note;
};
// Rows of the sheet "state_profile" as import_sheet gives them. invalid_input "state_profile.row" {state}: a code of
// two letters, or a State without a source.
[[nodiscard]] Result<std::vector<ProfileRow>> profile_rows(const std::vector<Values>& rows);

// What holds on a day: for each State and topic the newest row not after it.
[[nodiscard]] std::map<std::pair<std::string, std::string>, ProfileRow> profile_on(const std::vector<ProfileRow>& rows,
                                                                                   Date day);

struct RegionCount {
    std::string region;
    std::string topic;
    std::uint64_t yes = 0;
    std::uint64_t partly = 0;
    std::uint64_t no = 0;
    std::uint64_t unknown = 0;  // nobody has said

    friend bool operator==(const RegionCount&, const RegionCount&) = default;
};
// Every region and topic, also those without an answer: the four numbers sum to the States of the region.
[[nodiscard]] std::vector<RegionCount> overview(const std::vector<ProfileRow>& rows, const std::vector<State>& states,
                                                Date day);
[[nodiscard]] std::string overview_csv(const std::vector<RegionCount>& counts, Language language);

struct FocalPoint {
    std::string state;  // alpha-3
    std::string theme;
    Date valid_from;
    std::optional<Date> valid_to;
};
// States of a region without a focal point for a theme on a day; one for "general" serves every theme.
[[nodiscard]] std::vector<std::string> without_focal_point(const std::vector<FocalPoint>& points,
                                                           const std::vector<State>& states, std::string_view region,
                                                           std::string_view theme, Date day);

}  // namespace rogatory::casework
