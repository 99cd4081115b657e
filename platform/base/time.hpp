#pragma once

#include <cstdint>

namespace rogatory {

// Seconds since 1970-01-01T00:00:00Z: the only form of a point in time in statements, JSON and SQL.
using UnixSeconds = std::int64_t;

inline constexpr UnixSeconds kMinute = 60;
inline constexpr UnixSeconds kHour = 60 * kMinute;
inline constexpr UnixSeconds kDay = 24 * kHour;

}  // namespace rogatory
