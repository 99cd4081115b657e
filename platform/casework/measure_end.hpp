#pragma once

#include <optional>

#include "platform/casework/date.hpp"
#include "platform/model/request_content.hpp"

namespace rogatory::casework {

// The day on which a freeze or seizure lapses: what its last extension says, else what the order said. Nothing where no
// day is known, or it was lifted or converted to confiscation.
[[nodiscard]] std::optional<Date> measure_end(const model::Measure& measure);

}  // namespace rogatory::casework
