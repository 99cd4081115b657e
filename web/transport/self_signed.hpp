#pragma once

#include <filesystem>
#include <string>

#include "platform/base/result.hpp"

namespace rogatory::transport {

// Writes a key (0600) and a certificate for one host name or IP address, signed by itself, good for a year: for trying
// things out, where clients are given the certificate as their --ca. conflict "tls.exists" {file} when either is there:
// a key is never overwritten; unavailable "tls.write" {file}.
[[nodiscard]] Result<> write_self_signed(const std::string& host, const std::filesystem::path& certificate,
                                         const std::filesystem::path& private_key);

}  // namespace rogatory::transport
