#pragma once

#include <string>
#include <string_view>

#include "crypto/tlog/checkpoint.hpp"
#include "platform/base/result.hpp"
#include "platform/model/ids.hpp"

namespace rogatory::record {

// The successor sheet (decision 1602), in the manner of the founding sheet: which log goes on where an old one ended.
// The Registry hands it out by note verbale, and a Party's root custodian adopts the new log by it.
//
//   rogatory/v1/successor-sheet
//   date: 2026-11-28
//   server: https://rogatory.example.org
//   log: rogatory.example.org/log/0          the log that ended,
//   size: 48211                              with this many entries
//   root: <64 hex>                           and this root
//   policy:
//   log …                                    a C2SP tlog-policy file for the log after it, to the end
struct SuccessorSheet {
    std::string date;
    std::string server;
    tlog::Checkpoint last;
    std::string log_policy;

    // encode(parse(text)) == text. invalid_input "successor_sheet.malformed" {line}, too_large "sheet.too_large" above
    // 64 KiB.
    [[nodiscard]] static Result<SuccessorSheet> parse(std::string_view text);
    [[nodiscard]] std::string encode() const;
    // Whether a text says that it is one, and no founding sheet or policy file.
    [[nodiscard]] static bool is_one(std::string_view text) noexcept;

    friend bool operator==(const SuccessorSheet&, const SuccessorSheet&) = default;
};

}  // namespace rogatory::record
