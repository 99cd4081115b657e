#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/encoding/canonical_json.hpp"
#include "platform/base/time.hpp"

// The plan of a year, as tests/casework/plan.py wrote it down before anything was signed: who is there, and who does
// what to which request at what hour.
namespace rogatory::test {

struct PlannedParty {
    std::string code;
    std::string kind;  // of its authority
};

struct PlannedObstacle {
    std::string code;
    std::string text;
};

struct PlannedAct {
    std::size_t request = 0;  // its place in Plan::requests
    UnixSeconds at = 0;
    std::string by;   // a Party's code
    std::string act;  // "send", "acknowledge", "reply", …
    std::string to;   // a status
    std::string reason;
    std::string decision;
    std::string remark;
    std::string file;  // what a reply encloses
    std::string medium;
    std::string outside;  // what happened off the platform
    UnixSeconds date = 0;
    std::vector<PlannedObstacle> obstacles;
    bool in_part = false;
};

struct PlannedRequest {
    std::string reference;
    std::string requesting;
    std::string requested;
    std::string nature;
    std::vector<std::string> kinds;
    std::string language;
    std::optional<UnixSeconds> due;
    bool has_account = true;  // the requested State
    bool confidential = false;
    bool urgent = false;
    bool unconfirmed = false;
};

struct Plan {
    UnixSeconds begins = 0;
    UnixSeconds night = 0;  // of the last day of the period
    UnixSeconds later = 0;
    std::string from;
    std::string to;
    std::string later_day;
    std::vector<PlannedParty> parties;  // with an account
    std::vector<std::string> without;   // States without one
    std::vector<PlannedRequest> requests;
    std::vector<PlannedAct> acts;  // of all of them, by time
};

// Throws std::runtime_error where the text is no plan.
[[nodiscard]] Plan read_plan(std::string_view text);

}  // namespace rogatory::test
