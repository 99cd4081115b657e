#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/casework/law_check.hpp"
#include "platform/model/notices.hpp"

// What a State's published provisions say together on one day, as the law check takes it.
namespace rogatory::casework {

struct LawInForce {
    std::vector<LawEntry> entries;  // one; none where nothing was published; one that is over where nothing is in force
    // By what a finding is about ("channel", "language", "element <text>", "kind <code>", "notice", "freeze",
    // "urgent"): article, keyword and source.
    std::map<std::string, std::string> grounds;
};

// Rows of one board. Where two say different things of one matter the one that began later holds; languages, elements
// and kinds add up. What the oldest confirmation of a row in force is, the whole was confirmed on.
[[nodiscard]] LawInForce law_on(const std::vector<model::LawEntry>& rows, Date day);

// The provision that a finding rests on; empty where it rests on the Statute, or on silence.
[[nodiscard]] std::string ground_of(const LawInForce& law, const Finding& finding);

}  // namespace rogatory::casework
