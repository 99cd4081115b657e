#pragma once

#include <string>
#include <string_view>

#include "platform/agent/requests.hpp"

namespace rogatory::agent {

// A request as a text that a person fills in with any editor:
//
//   # lines that begin with # are not sent
//   title: …            the head: name and value, a line each; an empty value is none
//   kinds: tracing; bank_records
//   due: 2026-12-31
//
//   [assistance]        a block of Art. 96(2): free text up to the next heading
//   …
//   [account a1]        a row with a key of one's own choice: name and value, a line each
//   institution: …
//
// Headings: assistance, location, facts, procedure, national_law, other; person, entity, account, transaction, asset,
// measure, each with a key. Lists are separated by ";". Money is "1250000.50 XOF" or "1250000.50 XOF 2026-01-31"; an
// event of a measure "executed 2026-03-02" or "extended 2028-02-01 until 2030-03-01".
// invalid_input "request.form_line" {line, what}, "request.form_missing" {what}.
Result<RequestForm> parse_request_form(std::string_view text);
// The request in another language: title, blocks and rows; what else stands in the head of such a form is that of the
// request. invalid_input "version.form_language" {language, form} where it says that it is in another one.
Result<RequestForm> parse_version_form(std::string_view text, std::string_view language);
// The same without a head: what an answer adds.
Result<model::RequestContent> parse_request_content(std::string_view text);

}  // namespace rogatory::agent
