#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "platform/base/result.hpp"
#include "web/middleware/service_mode.hpp"

// `rogatoryd mode`: out of service for a while, and back, without a restart.
namespace rogatory::server {

// What a restart finds: the mode of before. A file beside the database, so that it also goes where the disk is full.
[[nodiscard]] middleware::ServiceMode::State read_mode(const std::filesystem::path& data);
// False when it could not be kept.
[[nodiscard]] bool keep_mode(const std::filesystem::path& data, const middleware::ServiceMode::State& state);

// A secret of this start, in a file for the server's user alone: who knows it may set the mode. Other users of the
// machine reach the management listener too.
[[nodiscard]] Result<std::string> make_management_token(const std::filesystem::path& data);

// "read-only until 2027-01-31T06:00:00Z", or the mode alone.
[[nodiscard]] std::string mode_text(const middleware::ServiceMode::State& state);

struct ModeOptions {
    std::filesystem::path config;
    std::string to;  // empty: only say which it is
    std::string until;
    std::optional<unsigned> minutes;
};
// Through the management listener of the server that runs. unavailable "mode.unreachable", or "mode.no_secret" where
// its start could not write one; invalid_input "mode.until".
[[nodiscard]] Result<> set_mode(const ModeOptions& options);

}  // namespace rogatory::server
