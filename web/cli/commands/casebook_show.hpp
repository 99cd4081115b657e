#pragma once

#include <string>

#include "platform/agent/casebook.hpp"
#include "web/cli/console/console.hpp"

namespace rogatory::cli {

// The name, that somebody has left, or the id of whom the key record never named.
[[nodiscard]] std::string person_text(const Console& console, const agent::CasebookPerson& person);
[[nodiscard]] Json person_json(const agent::CasebookPerson& person);

[[nodiscard]] Json assignment_json(const agent::AssignmentView& assignment);
[[nodiscard]] Json link_json(const agent::DossierLinkView& link);
[[nodiscard]] Json remark_json(const agent::InternalRemarkView& remark);
[[nodiscard]] Json casebook_json(const agent::CasebookView& casebook);
// What the casebook says of one dossier: who deals with it, what it is linked to, remarks.
[[nodiscard]] Json casework_json(const agent::CasebookView& casebook, const agent::Hash& dossier);

// Who deals with it, in a few words for a column; empty: nobody.
[[nodiscard]] std::string assignment_text(const Console& console, const agent::AssignmentView* assignment);
void show_casework_text(const Console& console, const agent::CasebookView& casebook, const agent::Hash& dossier);
void show_casebook_text(const Console& console, const agent::CasebookView& casebook);

}  // namespace rogatory::cli
