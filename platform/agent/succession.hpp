#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/dossiers.hpp"

// A State that lost every key founds its register anew and says which one it follows (protocol §6).
namespace rogatory::agent {

struct SuccessionDossier {
    Hash chain{};
    std::string title;                // where this device has opened it
    std::vector<AuthorityLabel> was;  // the authorities of the old register that took part
    std::size_t entries = 0;          // that they could read
    std::vector<std::uint64_t> epochs;
    bool may_grant = false;                // one's own authority may give the new one what the old one had …
    std::vector<std::string> consents_of;  // … once these owners have agreed
    std::string problem;                   // key of the error why not
};
struct SuccessionView {
    std::string code;
    std::string old_fingerprint;
    std::string new_fingerprint;
    std::string note_verbale;  // as the new register names it
    bool pinned = false;       // the new one is
    std::vector<SuccessionDossier> dossiers;
};
// What a State that founded anew could be given again, by whom. not_found "party.not_succeeded" when it has not.
// `to`: the authority to give it to, "SEN/FIU"; needed where the new State has several, and its key must be checked.
Result<SuccessionView> succession(Agent& agent, std::string_view code, std::string_view to = {});

}  // namespace rogatory::agent
