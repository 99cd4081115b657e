#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "crypto/secret.hpp"
#include "platform/base/result.hpp"
#include "web/cli/keeper/keeper.hpp"

namespace rogatory::cli::keeper {

// What a command asks of the keeper of this profile.

// The secret, if a keeper lives and has one.
[[nodiscard]] std::optional<crypto::SecretBytes> fetch(const std::filesystem::path& folder);

// Gives the secret to the keeper that lives, else starts one: this program again, with the hidden verb `keeper`.
Result<> keep(const std::filesystem::path& folder, const crypto::SecretBytes& secret, const Limits& limits);

struct Status {
    std::chrono::seconds idle_left{};
    std::chrono::seconds total_left{};
};
[[nodiscard]] std::optional<Status> status(const std::filesystem::path& folder);

// Wipes and ends the keeper; true if there was one.
bool lock(const std::filesystem::path& folder);

}  // namespace rogatory::cli::keeper
