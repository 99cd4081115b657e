#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/model/ids.hpp"
#include "platform/model/request.hpp"

namespace rogatory::model {

enum class WorkKind : std::uint8_t { guide, best_practice, training, agreement, awareness, other };

// One version of a work of the library, as its entry says it to whoever holds the key. At least one of the titles is
// there; who reads the other language sees the one there is.
struct LibraryVersion {
    WorkKind kind = WorkKind::other;
    std::optional<std::string> title_en;
    std::optional<std::string> title_fr;
    std::string version;                  // "1.0", "2026", "second edition"
    std::string date;                     // of the text, not of its publication: a day
    std::vector<std::string> languages;   // of each file of the entry, in their order
    std::optional<StatementId> replaces;  // the entry of the version that was current before
    std::optional<std::string> summary_en;
    std::optional<std::string> summary_fr;

    friend bool operator==(const LibraryVersion&, const LibraryVersion&) = default;
};

}  // namespace rogatory::model
