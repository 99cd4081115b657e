#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/model/ids.hpp"
#include "platform/model/party.hpp"

namespace rogatory::record {

// The founding sheet (protocol.md, section 6): one plain text, the same bytes in file, QR code and on the screen. It is
// believed because of the note verbale it came with.
//
//   rogatory/v1/founding-sheet
//   date: 2026-11-21
//   server: https://rogatory.example.org
//   registry: <64 hex>                       absent on the very first sheet, before the Registry has founded
//   party: SEN <64 hex>                      any number, sorted by code, each code once
//   policy:
//   log …                                    a C2SP tlog-policy file, to the end
struct FoundingSheet {
    std::string date;    // of the note verbale, YYYY-MM-DD
    std::string server;  // "https://host" or "https://host:port"
    std::optional<model::PartyId> registry;
    struct Row {
        model::PartyCode code;
        model::PartyId party;
        friend bool operator==(const Row&, const Row&) = default;
    };
    std::vector<Row> parties;
    std::string log_policy;

    // encode(parse(text)) == text. invalid_input "sheet.malformed" {line}, too_large "sheet.too_large" above 64 KiB.
    [[nodiscard]] static Result<FoundingSheet> parse(std::string_view text);
    [[nodiscard]] std::string encode() const;

    friend bool operator==(const FoundingSheet&, const FoundingSheet&) = default;
};

// A date of the Gregorian calendar, YYYY-MM-DD.
[[nodiscard]] bool is_sheet_date(std::string_view text) noexcept;
// "https://host" or "https://host:port", in lower case: the one spelling of a server on a sheet.
[[nodiscard]] bool is_sheet_server(std::string_view text) noexcept;

}  // namespace rogatory::record
