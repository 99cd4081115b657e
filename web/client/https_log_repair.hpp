#pragma once

#include <string>

#include "platform/ports/log_repair.hpp"
#include "web/client/https.hpp"

namespace rogatory::client {

// The repair of the log over HTTPS, in a session that somebody else has begun.
class HttpsLogRepair final : public ports::LogRepair {
public:
    HttpsLogRepair(Origin origin, HttpsOptions options, std::string token);
    ~HttpsLogRepair() override;
    HttpsLogRepair(const HttpsLogRepair&) = delete;
    HttpsLogRepair& operator=(const HttpsLogRepair&) = delete;

    Result<Status> status() override;
    Result<Status> entries(std::uint64_t from, ByteView entries, ByteView consistency) override;
    Result<Placed> statements(const std::vector<Statement>& statements, const std::vector<Blob>& blobs) override;

private:
    Result<HttpsReply> send(const std::string& method, const std::string& path, std::string body);

    Https https_;
    std::string token_;
};

}  // namespace rogatory::client
