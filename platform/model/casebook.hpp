#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "platform/model/ids.hpp"
#include "platform/model/request.hpp"

// What an authority writes for itself alone (protocol.md, section 4, casebook). A note stands sealed to its current
// generation: the server learns that something was written, and not what or about which dossier.
namespace rogatory::model {

// Who deals with a dossier from here on. Without a member: nobody.
struct Assigned {
    ChainId dossier;
    std::optional<MemberId> member;
    std::optional<MemberId> deputy;  // never the member himself
    friend bool operator==(const Assigned&, const Assigned&) = default;
};

// Who acts for a member on these days, both counted, in all that is assigned to him. Without a deputy: nobody. It
// replaces what was said for that member of any of these days.
struct Deputised {
    MemberId member;
    std::optional<MemberId> deputy;
    std::string from;   // YYYY-MM-DD
    std::string until;  // YYYY-MM-DD
    friend bool operator==(const Deputised&, const Deputised&) = default;
};

// How `dossier` stands to `other`: it follows up, renews or answers it, or both are of one matter.
enum class LinkRelation : std::uint8_t { follow_up, same_matter, renewal, reply };

// Two dossiers have one relation at most; without one they are no longer linked.
struct Linked {
    ChainId dossier;
    ChainId other;
    std::optional<LinkRelation> relation;
    friend bool operator==(const Linked&, const Linked&) = default;
};

struct Remarked {
    ChainId dossier;
    std::string text;
    friend bool operator==(const Remarked&, const Remarked&) = default;
};

// All that is assigned to one member, as deputy too, is another's from here on; without another, nobody's.
struct HandedOver {
    MemberId from;
    std::optional<MemberId> to;
    friend bool operator==(const HandedOver&, const HandedOver&) = default;
};

using CasebookNote = std::variant<Assigned, Deputised, Linked, Remarked, HandedOver>;

}  // namespace rogatory::model
