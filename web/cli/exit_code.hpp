#pragma once

#include "platform/base/result.hpp"

namespace rogatory::cli {

// What the shell learns. Documented in rogatory(1) and README.md; scripts rely on these numbers.
enum class ExitCode : int {
    ok = 0,
    unexpected = 1,     // a fault of this program or this computer
    usage = 2,          // the command line
    not_signed_in = 3,  // no session, or sign-in refused
    not_found = 4,      // not there, or not allowed: the two are not told apart
    conflict = 5,       // the state has moved on: read again
    integrity = 6,      // A CHECK FAILED: what came is not what was signed; nothing was released
    unavailable = 7,    // server not reached, or not now
    no_room = 8,        // here or there
    refused = 9,        // the input cannot be accepted
    incomplete = 10,    // a transfer stopped; the same command resumes it
    attention = 11,     // it worked, and there is something that a person should look at
};

[[nodiscard]] ExitCode exit_code(const Error& error);

}  // namespace rogatory::cli
