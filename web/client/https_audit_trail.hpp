#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/ports/server.hpp"
#include "web/client/https.hpp"

namespace rogatory::client {

// A stretch of an audit trail, oldest first: openapi.yaml, Audit.
struct AuditStretch {
    std::vector<ports::remote::AuditRow> items;
    std::uint64_t newest = 0;
};

// The audit trail over HTTPS, in a session that somebody else has begun: for a feed that outlives the command's hold on
// the profile.
class HttpsAuditTrail {
public:
    HttpsAuditTrail(Origin origin, HttpsOptions options, std::string token);
    ~HttpsAuditTrail();
    HttpsAuditTrail(const HttpsAuditTrail&) = delete;
    HttpsAuditTrail& operator=(const HttpsAuditTrail&) = delete;

    [[nodiscard]] const std::string& token() const noexcept { return token_; }
    void use_session(std::string token);

    // What stands after that number in a Party's own trail. integrity "client.not_understood" where an action is none
    // that a server of ours writes: what goes into somebody's monitoring is not free text of whoever runs the server.
    [[nodiscard]] Result<AuditStretch> of_party(std::string_view party, std::uint64_t after);
    [[nodiscard]] Result<AuditStretch> of_platform(std::uint64_t after);

private:
    [[nodiscard]] Result<AuditStretch> read(std::string path);

    Https https_;
    std::string token_;
};

}  // namespace rogatory::client
