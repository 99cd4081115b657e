#pragma once

#include "platform/service/idempotency.hpp"
#include "web/middleware/stage.hpp"

namespace rogatory::middleware {

// A write that came with an Idempotency-Key and was answered is answered the same again, without being done again.
class IdempotencyKey final : public Stage {
public:
    explicit IdempotencyKey(service::Idempotency& replies) : replies_{replies} {}
    [[nodiscard]] std::optional<http::Response> on_head(const http::Request&, http::Context&,
                                                        const http::Route*) override;
    [[nodiscard]] std::optional<http::Response> on_body(const http::Request&, http::Context&,
                                                        const http::Route&) override;
    void on_reply(const http::Request&, const http::Context&, http::Response&) override;

private:
    service::Idempotency& replies_;
};

}  // namespace rogatory::middleware
