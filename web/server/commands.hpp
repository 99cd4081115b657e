#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/result.hpp"
#include "web/server/check.hpp"
#include "web/server/first_config.hpp"

namespace rogatory::server {

struct InitOptions {
    std::filesystem::path data;
    std::string host;  // "exchange.example" or "exchange.example:8443": part of the log's origin for ever
    std::optional<std::filesystem::path> admin_code_out;  // standard output otherwise
    std::optional<std::filesystem::path> sheet_out;       // standard output otherwise
    std::optional<std::filesystem::path> policy;          // a tlog-policy of the witnesses; `quorum none` otherwise
    std::optional<std::filesystem::path> web;  // the web client's folder; the one beside the program otherwise
    bool training = false;                     // for exercises: the page says so on every screen
    bool self_signed = false;                  // write server.pem and server.key into the data folder
    FirstConfig settings;                      // what the configuration says beside its defaults
};

// The name of the configuration that `init` writes into the data folder.
constexpr std::string_view kConfigName = "rogatoryd.toml";

// The date as sheets bear it, UTC.
[[nodiscard]] std::string today();
// A policy of witnesses for the log of this origin, whose key is made later: what a sheet and every register can carry,
// checked before anything is made.
[[nodiscard]] Result<std::string> read_policy(const std::filesystem::path& file, const std::string& origin);

// Makes database, keys, the empty log, the first administrator's code, the first founding sheet and a configuration to
// start from.
[[nodiscard]] Result<> init(const InitOptions& options);
// Serves until SIGTERM or SIGINT.
[[nodiscard]] Result<> serve(const std::filesystem::path& config);
// Reads the configuration, the certificate, the machine, the whole database and the whole log, says everything that is
// wrong and what to do, and changes nothing. False: something must be mended first.
[[nodiscard]] Result<bool> check(const CheckOptions& options);

}  // namespace rogatory::server
