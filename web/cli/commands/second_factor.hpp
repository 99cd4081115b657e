#pragma once

#include <filesystem>

#include "platform/agent/unlock.hpp"
#include "web/cli/program/program.hpp"

namespace rogatory::cli {

// Shows the secret of a new second factor and asks for its first code; a script's authenticator is the file
// `secret_out`.
Result<std::string> set_up_totp(Program& program, const agent::TotpSetup& setup,
                                const std::filesystem::path& secret_out);

}  // namespace rogatory::cli
