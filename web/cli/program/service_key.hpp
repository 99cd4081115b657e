#pragma once

#include <filesystem>

#include "platform/agent/service_key.hpp"

namespace rogatory::cli {

// The key file of a service account: its owner's or root's, and nobody else's to read, or a credential that systemd
// hands over, or an open descriptor (/dev/fd/N). `invalid_input`, key service_key.unreadable, service_key.mode
// (argument "file") or service_key.malformed.
Result<agent::ServiceKey> read_service_key(const std::filesystem::path& path);

}  // namespace rogatory::cli
