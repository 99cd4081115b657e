#pragma once

#include <string>
#include <string_view>

#include "platform/casework/finding.hpp"

// Identifiers as people type them: checked and never refused, because real accounts do not always follow the tables (an
// account in Kenya has no IBAN; banks of the West African monetary union write bank codes of several shapes). A value
// that does not pass is kept as typed and shown as "not verified".
namespace rogatory::casework {

struct Checked {
    std::string value;  // compact where verified, else exactly as typed
    Findings warnings;

    [[nodiscard]] bool verified() const { return warnings.empty(); }
};

// ISO 13616: letters and digits, the country's shape where known (data/iban.csv), ISO 7064 mod 97-10. Warnings
// "iban.characters", "iban.length", "iban.no_iban_country" {country}, "iban.country" {country}, "iban.shape" {country},
// "iban.check_digits".
[[nodiscard]] Checked check_iban(std::string_view typed);

// ISO 9362: eight or eleven characters. "bic.shape", "bic.country" {country}.
[[nodiscard]] Checked check_bic(std::string_view typed);

// ISO 17442: twenty characters, ISO 7064 mod 97-10. "lei.shape", "lei.check_digits".
[[nodiscard]] Checked check_lei(std::string_view typed);

// ISO 4217: "currency.unknown" {currency}.
[[nodiscard]] Checked check_currency(std::string_view typed);

// ISO 3166-1, two or three letters: "country.unknown" {country}.
[[nodiscard]] Checked check_country(std::string_view typed);

// An account is named by an IBAN, or by institution and number: "account.unnamed" when by neither. An account without
// IBAN is no fault.
[[nodiscard]] Findings check_account(std::string_view iban, std::string_view institution, std::string_view number);

}  // namespace rogatory::casework
