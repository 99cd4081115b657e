#pragma once

#include <filesystem>
#include <memory>

#include "platform/ports/profile_store.hpp"

namespace rogatory::agent {

// A profile as a folder of files: 0700 and 0600, written to a temporary name, fsynced, renamed, folder fsynced. Holds
// an exclusive lock on the folder while it lives; `unavailable` (key "profile.in_use") when another process has it.
Result<std::unique_ptr<ports::ProfileStore>> open_file_profile(const std::filesystem::path& directory);

}  // namespace rogatory::agent
