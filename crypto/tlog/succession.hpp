#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/tlog/checkpoint.hpp"
#include "crypto/tlog/entry.hpp"
#include "crypto/tlog/note.hpp"
#include "platform/base/result.hpp"

// Logs that follow one another (protocol §5, decision 1602): what cannot be repaired goes on in a new log with a key of
// its own, "<host>/log/<n + 1>", whose entry 0 commits to the last checkpoint of the one before it.
namespace rogatory::tlog {

// "<host>/log/<n>": n, in canonical decimal and below kMostLogs.
[[nodiscard]] std::optional<std::uint64_t> log_number(std::string_view origin);
// The origin of the log after this one. invalid_input "log.origin".
[[nodiscard]] Result<std::string> successor_origin(std::string_view origin);
// That of the log before it; nothing for the first, and for what is no origin of ours.
[[nodiscard]] std::optional<std::string> predecessor_origin(std::string_view origin);

// One order over all the logs of a host, for "log index is the only clock": n · 2^40 + i for entry i of log n. All of a
// log comes before all of the next one, and whoever knows an origin can place its entries without the others.
inline constexpr std::uint64_t kEntriesPerLog = std::uint64_t{1} << 40;
inline constexpr std::uint64_t kMostLogs = std::uint64_t{1} << 12;  // so that an index stays below 2^53
[[nodiscard]] constexpr std::uint64_t place_of(std::uint64_t log, std::uint64_t entry) noexcept {
    return log * kEntriesPerLog + entry;
}
[[nodiscard]] constexpr std::uint64_t log_of(std::uint64_t place) noexcept { return place / kEntriesPerLog; }
[[nodiscard]] constexpr std::uint64_t entry_of(std::uint64_t place) noexcept { return place % kEntriesPerLog; }

// Entry 0 of the log `origin`, which goes on where `last` ends:
//   label = SHA-256("rogatory/v1/successor" ‖ 0x00 ‖ origin)
//   id    = SHA-256("rogatory/v1/predecessor" ‖ 0x00 ‖ origin ‖ text of the last checkpoint: origin, size, root)
// each part preceded by its length. The signatures of the note are not in it: anybody who has the three lines can
// compute it, and who signed them is checked apart.
[[nodiscard]] Entry successor_entry(std::string_view origin, const Checkpoint& last);

// What a server says about the log after one of its own (`GET /log/<n>/successor`): its verifier key. Believed only as
// far as entry 0 and a register bear it out.
inline constexpr std::size_t kMaxSuccessorBytes = 1024;
[[nodiscard]] std::string successor_text(const NoteKey& key);
// A key for exactly the log after `origin`. invalid_input "log.successor_malformed".
[[nodiscard]] Result<NoteKey> parse_successor(std::string_view text, std::string_view origin);

}  // namespace rogatory::tlog
