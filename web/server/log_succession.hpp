#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/result.hpp"
#include "platform/service/log_succession.hpp"

// What an operator does where nothing brings a log back to what it has signed (decision 1602).
namespace rogatory::server {

struct SucceedOptions {
    std::filesystem::path config;
    std::vector<std::string> checkpoints;            // files: of the old log, with cosignatures, that somebody kept
    bool cosigners_asked = false;                    // each co-signer was asked for the newest that he has signed
    std::optional<std::filesystem::path> policy;     // who cosigns the new log; the same as before otherwise
    std::optional<std::uint64_t> lost;               // how many entries are given up; absent: says so and does nothing
    std::optional<std::filesystem::path> sheet_out;  // standard output otherwise
    bool whole = false;                              // found it though nothing shows that the old one needs it
    bool yes = false;
};

// For people: how the old log ends, what is lost, and which chains do not go on.
[[nodiscard]] std::string succession_text(const service::LogSuccession::Plan& plan);

// The server must not run. conflict "succeed.whole", "succeed.lost_differs" {lost},
// "succeed.cosigners_not_asked" {names}; invalid_input
// "succeed.not_confirmed"; and what the service says.
[[nodiscard]] Result<> succeed_log(const SucceedOptions& options);

// The successor sheet once more. not_found "succeed.none".
[[nodiscard]] Result<> successor_sheet(const std::filesystem::path& config);

}  // namespace rogatory::server
