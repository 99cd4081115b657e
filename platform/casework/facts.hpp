#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "crypto/encoding/canonical_json.hpp"
#include "platform/base/result.hpp"
#include "platform/casework/date.hpp"
#include "platform/model/party.hpp"

// What the report counts of one request: dates and codes, nothing that is sealed. Whoever makes the report takes them
// from statements it holds; the figures then follow from these facts and from nothing else.
namespace rogatory::casework {

enum class Outcome : std::uint8_t { executed, refused, withdrawn, closed_otherwise };

struct RequestFacts {
    std::string reference;
    model::PartyCode requesting;
    model::PartyCode requested;
    std::string organ;   // "prosecutor" … "state", or "defence_and_victims"
    std::string nature;  // "judicial_assistance" …
    std::set<std::string> kinds;
    Date sent;  // or, where the State takes the platform for an advance copy only, the recorded formal transmission
    std::optional<Date> first_due;
    std::optional<Date> agreed_due;
    std::optional<Date> acknowledged;
    std::optional<Date> replied;
    std::optional<Date> partly_executed;
    std::optional<Date> referred;
    std::optional<Outcome> outcome;
    std::optional<Date> ended;              // with the outcome, never without
    std::map<std::string, Date> obstacles;  // when each was first named
    bool off_platform = false;
    bool confidential = false;  // routing sealed and not lifted by the sender: in no statistics

    // From an object with these names, dates in ISO 8601, codes as in data/figures.csv. invalid_input "facts.shape",
    // "facts.word" {reference, word}, "facts.dates" {reference} (an answer before the question).
    [[nodiscard]] static Result<RequestFacts> parse(const encoding::Json& json);
    // The same object, so that whoever holds the statements can check what was counted.
    [[nodiscard]] encoding::Json json() const;
};

// The organ whose requests are counted in one line of their own (Defence and victims' teams).
inline constexpr std::string_view kDefenceVictims = "defence_and_victims";

}  // namespace rogatory::casework
