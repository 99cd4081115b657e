#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/agent/people.hpp"

// After somebody left or keys are suspected: the rest of the work, and what cannot be taken back.
namespace rogatory::agent {

// Goes on where an earlier run ended: an epoch on every dossier whose grant to this authority is of an old generation.
Result<EpochOutcome> resume_rotation(Agent& agent);

struct RotationStatus {
    bool unfinished = false;  // a run on this device ended before the last dossier
    std::uint64_t generation = 0;
    std::size_t dossiers = 0;
    std::vector<Hash> stale;  // still sealed to an old generation of somebody in them
};
Result<RotationStatus> rotation_status(Agent& agent);

// What a member may have kept: by the grants his authority held while he was in it, and by the delivery records he
// signed. A record proves that he fetched; none proves nothing, for his colleagues' fetching served him as well.
struct KeptEntry {
    std::uint64_t seq = 0;
    UnixSeconds at = 0;          // of the entry
    UnixSeconds fetched_at = 0;  // by himself; 0: no record of it
    UnixSeconds opened_at = 0;
};
struct KeptDossier {
    Hash chain{};
    std::string title;  // where this device has opened it
    std::vector<std::uint64_t> epochs;
    std::vector<KeptEntry> entries;
    std::size_t fetched = 0;
};
struct KeptReport {
    Id member{};
    std::string display_name;
    std::string authority_name;
    UnixSeconds since = 0;
    std::optional<UnixSeconds> until;  // nothing: he is still a member
    std::uint64_t generations = 0;     // of the authority's keys that he held
    std::vector<KeptDossier> dossiers;
    std::size_t entries = 0;
    std::size_t fetched = 0;
};
// Of a member of one's own authority, present or past, by display name or the beginning of his id.
Result<KeptReport> kept_by(Agent& agent, std::string_view member);

}  // namespace rogatory::agent
