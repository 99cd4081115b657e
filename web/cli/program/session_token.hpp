#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace rogatory::cli {

// The session's token as the profile's keeper has it now, without holding the profile: for a program that outlives the
// command that began it. Nothing where nobody is signed in.
[[nodiscard]] std::optional<std::string> token_kept(const std::filesystem::path& profile);

}  // namespace rogatory::cli
