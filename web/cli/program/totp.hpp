#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "platform/base/result.hpp"
#include "web/cli/console/console.hpp"

namespace rogatory::cli {

// RFC 6238 with SHA-1, six digits, 30 s steps, over a secret in base 32. `step` counts half minutes since 1970.
// `invalid_input` (key totp.secret) if the secret is no base 32.
Result<std::string> totp_at(std::string_view base32, std::uint64_t step);

// The code for a script whose authenticator is a file with the secret: one that was not used yet, because the server
// takes each once. Within the same half minute that is the next one; a third waits, and says so. What was used stands
// beside the secret (<file>.step), so that two devices with one secret do not spend the same code.
Result<std::string> next_totp(const Console& console, const std::filesystem::path& secret_file);

}  // namespace rogatory::cli
