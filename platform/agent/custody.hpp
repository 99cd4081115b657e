#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "platform/agent/agent.hpp"
#include "platform/custody/findings.hpp"

// Custody bundles (platform/custody) made of what this client has verified, and the files they lie in.
namespace rogatory::agent {

struct BundleOrder {
    Hash chain{};
    bool selective = false;
    std::vector<std::uint64_t> entries;  // selective: these; empty: every entry that can be opened
    std::vector<std::string> files;      // selective: of these names, or ids in hex; empty: every file of the entries
    bool history = false;  // selective: show every statement of the dossier, so that its course can be replayed
    bool keys = false;     // full only: with the identities of the epochs. Whoever has the bundle reads the dossier
    bool log = false;      // with every entry of the log, so that nothing can be missing (64 bytes an entry)
    bool overwrite = false;
    std::filesystem::path out;
};

struct MadeBundle {
    std::filesystem::path path;
    custody::Findings findings;  // it was verified once more before it got its name
};

// A bundle that this person signs as its maker. What it discloses was fetched and opened by him, and his receipts say
// so before a key is used, as with `get`. The file bears its name only after it was verified as a stranger would.
//   not_found "dossier.unknown" | "entry.unknown" | "custody.no_such_file"; conflict "output.exists"; forbidden
//   "export.not_allowed" (keys, where the Party's access policy refuses them); unavailable "log.not_yet_witnessed".
Result<MadeBundle> make_bundle(Agent& agent, const BundleOrder& order);

}  // namespace rogatory::agent
