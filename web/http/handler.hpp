#pragma once

#include <memory>
#include <optional>
#include <variant>

#include "web/http/router.hpp"

namespace rogatory::http {

// One request on its way through the application, from its head to its reply. Owned by the connection, used by one
// thread at a time.
class Exchange {
public:
    virtual ~Exchange() = default;

    // What the body may be; known from the head alone.
    [[nodiscard]] virtual BodyPolicy body_policy() const = 0;
    // Takes no longer than handing it to another thread would (Route::brief); known from the head alone.
    [[nodiscard]] virtual bool brief() const { return false; }
    // Whether the head alone is refused (no such route, rate, session, too large). Called on a worker, before any byte
    // of a body is read; for a request without body respond() does the same work in one hop.
    [[nodiscard]] virtual std::optional<Response> admit() = 0;
    // The whole request: the body stands in request().body. Never throws.
    [[nodiscard]] virtual Response respond() = 0;
    // A streamed body: where it goes, or the refusal. The sink's replies have passed the same stages. Never throws.
    [[nodiscard]] virtual StreamStart open_stream() = 0;

    [[nodiscard]] virtual Request& request() = 0;
    // After the reply is written or the connection broke (status 0): for the log and the metrics.
    virtual void done(int status, std::uint64_t body_bytes_out) = 0;
};

// What the transport serves. It sees no more of the application than this.
class Application {
public:
    virtual ~Application() = default;
    [[nodiscard]] virtual std::unique_ptr<Exchange> begin(Request head) = 0;
    // A head that did not parse, or a deadline that passed before one did: counted and logged, answered by the result.
    [[nodiscard]] virtual Response refuse(int status, std::string_view key) = 0;
};

}  // namespace rogatory::http
