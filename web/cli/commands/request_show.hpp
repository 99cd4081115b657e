#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/requests.hpp"
#include "web/cli/console/console.hpp"

namespace rogatory::cli {

// A form for one kind of assistance, with what to think of as lines that are not sent (request_form.hpp).
[[nodiscard]] std::string request_template(const Console& console, model::Assistance kind);

[[nodiscard]] Json content_json(const model::RequestContent& content);
[[nodiscard]] Json request_json(const agent::RequestView& request);
// What later entries say in rows.
[[nodiscard]] Json replies_json(const agent::DossierView& dossier);
[[nodiscard]] Json chronology_json(const agent::ChronologyRow& row);

// "SEN/central authority", or the code and that the State has no account here.
[[nodiscard]] std::string requested_text(const Console& console, const agent::RequestView& request);

// The status; that one side alone tells it, and that what set it awaits co-signature.
[[nodiscard]] std::string status_text(const Console& console, const agent::RequestView& request);

// {number}, {act}, {medium} and {date} of what the other side recorded.
[[nodiscard]] Arguments act_arguments(const Console& console, const agent::OffPlatformView& act);

// Blocks, rows and the rest of what is typed, every field that is filled.
void show_content_text(const Console& console, const model::RequestContent& content);
// The same of each later entry that has some: what the other side answered in rows.
void show_replies_text(const Console& console, const agent::DossierView& dossier);
// What in the rows does not pass its check, by the key of the row: it is kept as typed, and hinders nothing.
void warn_of_rows(const Console& console, const model::RequestContent& content);
// In the language asked for, where there is a version in it; empty: as it was written.
void show_request_text(const Console& console, const agent::RequestView& request, std::string_view language);
// Which versions there are, of what, and in which state; which are not taken, and why.
void show_versions_text(const Console& console, const agent::RequestView& request);
[[nodiscard]] Json versions_json(const agent::RequestView& request);
// A language by its name, where this catalogue has one.
[[nodiscard]] std::string language_text(const Console& console, const std::string& language);
// What this side may do now.
void show_next_text(const Console& console, const agent::RequestView& request);
void show_chronology_text(const Console& console, const std::vector<agent::ChronologyRow>& rows);

}  // namespace rogatory::cli
