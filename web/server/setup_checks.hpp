#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "platform/base/result.hpp"
#include "web/server/first_config.hpp"

// Whether what an operator answers could be: looked at now, so that nothing is found out when half is written. Nothing
// here writes anything. Errors have their words in words_setup.cpp.
namespace rogatory::server {

// Numbers, an address of this machine's. "init.address", "init.not_ours" {address}.
[[nodiscard]] Result<> check_address(const std::string& address);

enum class PortIs { free, for_systemd };  // for_systemd: this user may not open it himself
// "init.port", "init.port_taken" {port}.
[[nodiscard]] Result<PortIs> check_port(const std::string& address, const std::string& port);

// Where `init` could make everything: not there under a folder that is, or empty of a server, this user's, closed to
// others. "init.no_folder", "init.not_folder", "init.unwritable" {folder}, "init.done", "check.data_mode",
// "check.data_owner" {file}.
[[nodiscard]] Result<> check_data_folder(const std::filesystem::path& data);

// A file that can be written and is not there; `data` counts as there. "file.exists" {file}, "init.no_folder",
// "init.unwritable" {folder}.
[[nodiscard]] Result<> check_new_file(const std::filesystem::path& file, const std::filesystem::path& data);

// "tls.certificate", "check.certificate_expired", "check.certificate_not_yet", "check.certificate_host" {file, host}.
[[nodiscard]] Result<> check_certificate(const std::filesystem::path& chain, const std::string& host);
// "tls.key", "check.key_mode" {file}.
[[nodiscard]] Result<> check_private_key(const std::filesystem::path& key, const std::filesystem::path& chain);

// "mail.url", "mail.plain".
[[nodiscard]] Result<> check_mail_server(const std::string& url, bool plain);

// A list of keys for backups that names somebody. "file.unreadable" {file}, "init.recipients" {file}.
[[nodiscard]] Result<> check_recipients(const std::filesystem::path& file);
[[nodiscard]] bool is_recipient(const std::string& text);

}  // namespace rogatory::server
