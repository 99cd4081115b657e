#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/model/language_version.hpp"
#include "platform/model/request.hpp"

// Which entries of a request are versions of others in another language. Versions are sealed, so no judge of the chain
// sees them: whoever opens them holds them to these rules, the same at both ends.
namespace rogatory::record {

// One entry of a request, in the order of the chain, as far as this reader has opened it.
struct VersionedEntry {
    model::StatementId id;
    model::PartyId party;  // of its author
    model::RequestSide side = model::RequestSide::none;
    bool stands = true;    // not withdrawn
    std::string language;  // of what is no version: as it says itself; empty: not said, or not opened
    std::optional<model::LanguageVersion> version;
};

// For each entry why its version is not taken; empty: it is, or there is none.
//   version.unknown_entry      it names no entry before it that stands
//   version.of_version         it names another version
//   version.side               its author is of neither side
//   version.original_language  the entry it names is in that language itself
//   version.authentic          another Party than the author of the entry says that it is the authentic one
[[nodiscard]] std::vector<std::string_view> judge_versions(std::span<const VersionedEntry> entries);

// One language of one entry, as one Party gives it. Nobody's version takes the place of another Party's.
struct VersionStanding {
    std::size_t of = 0;  // places among the entries
    std::string language;
    model::PartyId by;
    std::optional<std::size_t> text;   // the newest that was delivered or revised
    std::optional<std::size_t> asked;  // the newest that asks for it, until the text that comes after it
    bool own = false;                  // by the Party of the entry it translates
    bool authentic = false;            // the text to go by, instead of the entry itself; one of an entry at most

    friend bool operator==(const VersionStanding&, const VersionStanding&) = default;
};
// By entry, language, then the entry's own Party before others, in the order of their first version. Of those that are
// taken and stand.
[[nodiscard]] std::vector<VersionStanding> standing_versions(std::span<const VersionedEntry> entries);

// The text of an entry for a reader of `language`: the entry itself where it is in that language, its own Party's
// version, else another's, else the entry itself.
[[nodiscard]] std::size_t text_for(std::span<const VersionedEntry> entries, std::span<const VersionStanding> standing,
                                   std::size_t of, std::string_view language);

// Whether the obstacle "translation", which the side named at that place of the entries (those before it are older), is
// answered: by a version, delivered or revised since, of an entry of the other side; in a language that the side asked
// for, if it asked for one.
[[nodiscard]] bool translation_answered(std::span<const VersionedEntry> entries, model::RequestSide named_by,
                                        std::size_t since);

}  // namespace rogatory::record
