#pragma once

#include <span>
#include <string_view>

namespace rogatory::cli {

enum class Language { en, fr };

// One message: a dotted key and an ICU MessageFormat pattern.
struct CatalogueEntry {
    std::string_view key;
    std::string_view pattern;
};

// Every message of one language, sorted by key (bytes). Made at build time from the JSON files beside this header.
[[nodiscard]] std::span<const CatalogueEntry> catalogue_entries(Language language);

}  // namespace rogatory::cli
