#pragma once

#include <string>
#include <vector>

#include "platform/agent/single_log.hpp"

// Internal to platform/agent: which sizes of the log were cosigned when, as this device has seen it.
namespace rogatory::agent {

// True when something worth writing down changed.
bool add_cosigned(std::vector<Cosigned>& history, const Cosigned& fresh);

// Logged more than 24 hours after `at` (a size without it was still cosigned then), or covered by a cosignature more
// than 10 minutes before `at`. Never says so without a cosignature that shows it.
[[nodiscard]] bool date_disputed(const std::vector<Cosigned>& history, std::uint64_t index, UnixSeconds at);

// What cannot be read is left out: it is evidence of times, and costs nothing else.
Result<std::vector<Cosigned>> load_cosigned(const ports::ProfileStore& profile, const std::string& file);
Result<> save_cosigned(ports::ProfileStore& profile, const std::string& file, const std::vector<Cosigned>& history);

}  // namespace rogatory::agent
