#pragma once

#include <string>

#include "web/middleware/stage.hpp"

namespace rogatory::middleware {

// A cookie goes with requests that another site made; a bearer token does not. So a request that comes with the
// session cookie must show that our own page made it: the custom header, which no other origin can set without a CORS
// permission that we never give, and Sec-Fetch-Site or, where a browser does not send that, Origin.
class Csrf final : public Stage {
public:
    explicit Csrf(std::string origin) : origin_{std::move(origin)} {}  // "https://exchange.example"
    [[nodiscard]] std::optional<http::Response> on_head(const http::Request&, http::Context&,
                                                        const http::Route*) override;

private:
    const std::string origin_;
};

}  // namespace rogatory::middleware
