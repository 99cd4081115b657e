#include "tests/casework/load/people.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "tests/support/must.hpp"

namespace rogatory::test {
namespace {

// The first custodian of a Party, as Cast::party names people.
std::string user_of(const std::string& code) {
    std::string name;
    for (const char c : code) name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return name + ".1";
}

}  // namespace

People::People(const Plan& plan) : cast{3, 2} {
    move_clock(plan.begins);
    for (const auto& party : plan.parties) cast.party(party.code, party.kind, "Authority");
    // Opened when all are there: a device reads the list of Parties once.
    for (const auto& party : plan.parties) {
        agents_.emplace(party.code, std::make_unique<agent::Agent>(cast.person(user_of(party.code)).working()));
    }
}

void People::pin(const Plan& plan) {
    std::set<std::pair<std::string, std::string>> pairs;
    for (const auto& request : plan.requests) {
        if (!request.has_account) continue;
        pairs.emplace(request.requesting, request.requested);
        pairs.emplace(request.requested, request.requesting);
    }
    for (const auto& [by, whom] : pairs) {
        const auto view = must(agent::show_party(of(by), whom));
        must(agent::pin_by_fingerprint(of(by), whom, view.fingerprint));
    }
}

agent::Agent& People::of(const std::string& code) { return *agents_.at(code); }

void People::move_clock(UnixSeconds to) {
    // The cast begins at a date of its own; from then on time does not go back.
    cast.platform.now = agents_.empty() ? to : std::max(cast.platform.now, to);
}

}  // namespace rogatory::test
