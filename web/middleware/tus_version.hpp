#pragma once

#include "web/middleware/stage.hpp"

namespace rogatory::middleware {

// tus 1.0: "The Tus-Resumable header MUST be included in every request and response except for OPTIONS requests." So
// also in what other stages answer on the routes of uploads.
class TusVersion final : public Stage {
public:
    void on_reply(const http::Request& request, const http::Context&, http::Response& response) override {
        if (request.method == http::Method::options || !request.path.starts_with("/api/v1/uploads")) return;
        response.headers.set("Tus-Resumable", "1.0.0");
    }
};

}  // namespace rogatory::middleware
