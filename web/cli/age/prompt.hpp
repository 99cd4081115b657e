#pragma once

#include <string>

#include "crypto/secret.hpp"
#include "platform/base/result.hpp"

namespace rogatory::cli {

// Asks on the terminal of the session, whatever the standard streams are, without showing what is typed. Errors:
// unavailable "age.no_terminal".
[[nodiscard]] Result<crypto::SecretText> ask_secret(const std::string& question);

}  // namespace rogatory::cli
