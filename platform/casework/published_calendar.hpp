#pragma once

#include <optional>
#include <vector>

#include "platform/casework/calendar.hpp"
#include "platform/model/notices.hpp"

namespace rogatory::casework {

// The calendar that holds on a day, with the rows that follow it day upon day: one year's holidays are often published
// after the other's. Where none holds on that day the next one to come; nothing where there is none. The weekend is the
// first row's, for a deadline is not counted with two. Rows that begin more than five years after the day are not
// taken: no deadline is counted so far, and a board may hold any number.
[[nodiscard]] std::optional<Calendar> calendar_from(const std::vector<model::PublishedCalendar>& rows, Date day);

}  // namespace rogatory::casework
