#pragma once

#include <cstdint>
#include <optional>

#include "platform/base/result.hpp"
#include "web/client/https.hpp"

namespace rogatory::client {

// For how many days, by the operator's word, backups are kept and sealed copies of what was deleted may lie in them;
// nothing where he has not said. It is no part of the agent's port: nothing that is judged rests on it.
[[nodiscard]] Result<std::optional<std::uint64_t>> backups_kept_days(Origin origin, HttpsOptions options);

}  // namespace rogatory::client
