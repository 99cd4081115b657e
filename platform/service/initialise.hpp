#pragma once

#include <string>

#include "platform/base/result.hpp"
#include "platform/ports/clock.hpp"
#include "platform/ports/store.hpp"
#include "platform/service/settings.hpp"

namespace rogatory::service {

struct Initialised {
    std::string log_origin;          // "<host>/log/0"
    std::string log_key;             // verifier key
    std::string log_policy;          // tlog-policy: this log, its witnesses, the quorum
    std::string administrator_code;  // 26 Crockford characters and 2 of checksum; shown once, stored as a digest only
};

// `rogatoryd init`, after storage made the (empty) database: makes the log key, signs the checkpoint of size 0 and
// draws the one-time code of the first administrator. `witnesses`: a tlog-policy without this log; empty: `quorum
// none`. conflict "init.done" when this was done before; what create_log fails with.
[[nodiscard]] Result<Initialised> initialise(ports::Store& store, const ports::Clock& clock, const std::string& host,
                                             const std::string& witnesses = {});

}  // namespace rogatory::service
