#pragma once

#include <filesystem>
#include <string>

#include "platform/agent/environment.hpp"

// Internal to platform/agent: ciphertext on its way to the server. Needs the ticket alone, so it goes on when the
// session ends.
namespace rogatory::agent {

// From the server's durable offset to the end. unavailable "upload.incomplete" after several failures without progress,
// "upload.not_moving" (with "file") where the server takes bytes and gets no further.
Result<> finish_upload(Environment& environment, const ports::remote::UploadTicket& ticket,
                       const std::filesystem::path& path, const std::string& name, std::uint64_t total);

}  // namespace rogatory::agent
