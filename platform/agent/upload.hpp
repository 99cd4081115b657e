#pragma once

#include <filesystem>
#include <string>

#include "platform/agent/environment.hpp"

// Internal to platform/agent: ciphertext on its way to the server. Needs the ticket alone, so it goes on when the
// session ends.
namespace rogatory::agent {

// Sends while the file is still being sealed. The network may fail as it likes: what was not taken is sent by
// finish_upload() from the profile.
class UploadPump {
public:
    UploadPump(Environment& environment, const ports::remote::UploadTicket& ticket, std::string name,
               std::uint64_t total);
    Result<> offer(ByteView bytes);

private:
    Environment& environment_;
    const ports::remote::UploadTicket& ticket_;
    std::string name_;
    std::uint64_t total_;
    std::uint64_t sent_ = 0;
    bool stalled_ = false;
    Bytes pending_;
};

// From the server's durable offset to the end. unavailable "upload.incomplete" after several failures without progress.
Result<> finish_upload(Environment& environment, const ports::remote::UploadTicket& ticket,
                       const std::filesystem::path& path, const std::string& name, std::uint64_t total);

}  // namespace rogatory::agent
