#pragma once

// How things look, for people and for --json: shared by the verbs.

#include <string>

#include "platform/agent/dossiers.hpp"
#include "platform/agent/parties.hpp"
#include "web/cli/console/console.hpp"

namespace rogatory::cli {

[[nodiscard]] std::string hex_text(ByteView bytes);
// Enough of a chain or id to name it again: 12 characters.
[[nodiscard]] std::string short_hex(ByteView bytes);

// "SEN/fiu", or the authority's id with "not checked" where its Party is not pinned.
[[nodiscard]] std::string authority_text(const Console& console, const agent::AuthorityLabel& authority);
[[nodiscard]] Json authority_json(const agent::AuthorityLabel& authority);

// A word of the catalogue for a code: word("role", "custodian"); the code itself where there is none.
[[nodiscard]] std::string word(const Console& console, std::string_view family, std::string_view code);

// The restrictions in sentences, one a line; empty where there are none.
[[nodiscard]] std::vector<std::string> policy_lines(const Console& console, const agent::PolicyView& policy);
[[nodiscard]] Json policy_json(const agent::PolicyView& policy);
// Whether a person must be told before opening.
[[nodiscard]] bool restricts(const agent::PolicyView& policy);

[[nodiscard]] Json dossier_json(const agent::DossierView& dossier);
[[nodiscard]] Json entry_json(const agent::EntryView& entry);
[[nodiscard]] Json party_json(const agent::PartyView& party);

void show_dossier_text(const Console& console, const agent::DossierView& dossier);

// Seconds since 1970 for "YYYY-MM-DD", the end of that day in UTC; key usage.date (argument "text") otherwise.
[[nodiscard]] Result<UnixSeconds> parse_date(std::string_view text);

// A warning or problem given by key: "warning.<key>" or "error.<key>" of the catalogue.
[[nodiscard]] std::string problem_text(const Console& console, std::string_view family, std::string_view key);

}  // namespace rogatory::cli
