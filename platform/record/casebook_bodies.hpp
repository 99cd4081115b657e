#pragma once

#include <cstdint>

#include "platform/model/ids.hpp"

// The body of a statement of an authority's casebook. All it says is sealed: not even which dossiers it is about stands
// beside it in the clear.
namespace rogatory::record {

struct Note {
    std::uint64_t generation = 0;  // the authority's current one, to whose recipient it is sealed
    model::Digest sealed;          // SHA-256 of the sealed body, whose `note` says what is noted
    friend bool operator==(const Note&, const Note&) = default;
};

}  // namespace rogatory::record
