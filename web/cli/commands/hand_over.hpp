#pragma once

#include <filesystem>
#include <string_view>

#include "platform/agent/people.hpp"
#include "web/cli/exit_code.hpp"
#include "web/cli/program/program.hpp"

// What the verbs about people and keys have in common.
namespace rogatory::cli {

// Without a file a code needs a terminal: asked before anything is signed.
Result<> may_hand_over(const Program& program, const std::filesystem::path& code_out);
// The code leaves by a file or by the terminal, never by --json: what a program prints ends in logs. `how` says what
// comes next.
Result<ExitCode> hand_over(Program& program, agent::InvitationMade& made, const std::filesystem::path& code_out,
                           std::string_view how);

// What new keys did to the files, after what else is to be told in `json`.
ExitCode tell_epochs(const Program& program, const agent::EpochOutcome& outcome, Json json);

}  // namespace rogatory::cli
