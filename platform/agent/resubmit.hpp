#pragma once

#include <cstdint>
#include <vector>

#include "platform/agent/environment.hpp"
#include "platform/ports/log_repair.hpp"

// A server that was put back to an older copy is repaired from what its clients keep (protocol §5). Nothing of this
// needs a key: what is brought is public or ciphertext, and the server takes it only under its own earlier signature.
namespace rogatory::agent {

struct Resubmitted {
    ports::LogRepair::Status before;
    ports::LogRepair::Status after;
    std::uint64_t entries = 0;     // of the log, that the server did not know
    std::uint64_t statements = 0;  // that it had lost
    std::uint64_t blobs = 0;       // age files that it had lost: grants, keyrings, sealed bodies
    std::uint64_t wanted = 0;      // … of these statements that it lacks, and this device has not
};
// Shows the checkpoint that lies in the profile, then brings entries, statements and age files that lie there. Nothing
// to do is no error: `before.behind` is false then. not_found "resubmit.nothing_here" when this device has not read the
// log; integrity "resubmit.profile_damaged" when its copy is damaged; integrity "repair.other_history" from the server.
Result<Resubmitted> resubmit(Environment& environment, ports::LogRepair& repair);

}  // namespace rogatory::agent
