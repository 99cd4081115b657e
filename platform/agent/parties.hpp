#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/agent.hpp"

namespace rogatory::agent {

struct AuthorityView {
    Id authority{};
    std::string name;
    std::string kind;
    std::uint64_t generation = 0;
    std::size_t custodians = 0;
    bool live = false;  // two custodians, or one and a recovery set
    bool root = false;
};

struct PartyView {
    std::string code;
    std::string name;
    std::string state;         // the server's word: "active", "suspended", "invited", …
    std::string fingerprint;   // eight groups of five digits; empty until founded
    std::string succeeds;      // fingerprint of the register that this one says it follows
    std::string note_verbale;  // … as it names it
    std::string succeeded_by;  // fingerprint of the one that says it follows this one: seal nothing to this
    std::string pinned;        // "" | "note_verbale" | "vouched" | "own"
    std::vector<AuthorityView> authorities;  // of the verified register
    std::string problem;                     // key of an integrity error, else empty
};

struct SheetView {
    std::string server;
    std::string registry_fingerprint;                          // empty on the first sheet
    std::string policy;                                        // tlog-policy text
    std::vector<std::pair<std::string, std::string>> parties;  // code, fingerprint digits
    std::string date;                                          // YYYY-MM-DD
};

Result<std::vector<PartyView>> list_parties(Agent& agent);
Result<PartyView> show_party(Agent& agent, std::string_view code);
// `digits`: eight groups of five, spaces and dashes do not count; compared with the server's founded statement.
Result<> pin_by_fingerprint(Agent& agent, std::string_view code, std::string_view digits);
// Pins every Party of the sheet that is not pinned yet and not oneself; gives their codes.
Result<std::vector<std::string>> pin_by_sheet(Agent& agent, std::string_view sheet);
Result<> unpin(Agent& agent, std::string_view code);
// Own Party is always on it, beside the pinned ones named (all pinned ones when none is named).
Result<std::string> make_sheet(Agent& agent, const std::vector<std::string>& codes);
Result<SheetView> read_sheet(std::string_view sheet);

}  // namespace rogatory::agent
