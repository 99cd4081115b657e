#pragma once

#include "web/middleware/stage.hpp"

namespace rogatory::middleware {

// What a browser must be told with every reply (security.md, server rule 5).
class SecurityHeaders final : public Stage {
public:
    void on_reply(const http::Request&, const http::Context&, http::Response& response) override;
};

void add_security_headers(http::Response& response);

}  // namespace rogatory::middleware
