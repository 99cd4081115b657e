#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "platform/agent/environment.hpp"

// Internal to platform/agent: ciphertext on its way to the server. Needs the ticket alone, so it goes on when the
// session ends.
namespace rogatory::agent {

// How much of the file can be read: waits until that is `wanted` at least, or gives what ends the waiting. Without one
// all of it is there.
using Readable = std::function<Result<std::uint64_t>(std::uint64_t wanted)>;

// So many bytes of the staged file as `into` has room for. unavailable "profile.unusable" where it has fewer.
Result<> read_staged(int descriptor, std::uint64_t offset, MutableByteView into);

// From the server's durable offset to the end. unavailable "upload.incomplete" after several failures without progress,
// "upload.not_moving" (with "file") where the server takes bytes and gets no further.
Result<> finish_upload(Environment& environment, const ports::remote::UploadTicket& ticket,
                       const std::filesystem::path& path, const std::string& name, std::uint64_t total,
                       const Readable& readable = {});

}  // namespace rogatory::agent
