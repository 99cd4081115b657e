#pragma once

#include <filesystem>
#include <string>

#include "platform/base/result.hpp"
#include "platform/service/log_repair.hpp"

// What an operator does where the server was restored from a backup (decision 1601). Members do the rest themselves.
namespace rogatory::server {

// One line a fact, for people: what is missing, place by place.
[[nodiscard]] std::string repair_text(const service::LogRepair::Status& status);

// Of a server that runs, through its management listener; else from its data folder.
[[nodiscard]] Result<> repair_status(const std::filesystem::path& config);

// The operator's word that nothing was recorded after the backup, of which he states the number of entries; for a log
// without co-signers. The server must not run.
[[nodiscard]] Result<> repair_nothing_newer(const std::filesystem::path& config, std::uint64_t size);

// Brings the entries of the log from the copy that a witness serves ("https://witness.example/mirror/<log>"). The
// server must not run. integrity "repair.mirror" when the copy is not one of this log; unavailable
// "repair.mirror_short" {size, target}.
[[nodiscard]] Result<> repair_from_mirror(const std::filesystem::path& config, const std::string& url);

}  // namespace rogatory::server
