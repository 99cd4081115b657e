#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "web/http/router.hpp"

namespace rogatory::middleware {

// One thing that is done around every request. Stages run in the order of make_stages() on the way in and in the
// opposite order on the way out; the first to answer ends the way in.
class Stage {
public:
    virtual ~Stage() = default;

    // The head is known; no byte of the body was read.
    [[nodiscard]] virtual std::optional<http::Response> on_head(const http::Request&, http::Context&,
                                                                const http::Route*) {
        return std::nullopt;
    }
    // A buffered body is complete; not called for streamed ones.
    [[nodiscard]] virtual std::optional<http::Response> on_body(const http::Request&, http::Context&,
                                                                const http::Route&) {
        return std::nullopt;
    }
    // Every reply, whoever made it.
    virtual void on_reply(const http::Request&, const http::Context&, http::Response&) {}
};

using Stages = std::vector<std::unique_ptr<Stage>>;

}  // namespace rogatory::middleware
