#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "platform/base/result.hpp"
#include "web/http/handler.hpp"
#include "web/transport/limits.hpp"
#include "web/transport/tls_context.hpp"

namespace rogatory::transport {

// The threads on which requests are handled: they may block on the disk. Shared by listeners; outlives them.
class Workers {
public:
    explicit Workers(unsigned threads);
    ~Workers();  // finishes what was begun
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

private:
    friend class Listener;
    struct Pool;
    std::unique_ptr<Pool> pool_;
};

struct ListenOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;   // 0: any free one
    int descriptor = -1;      // a listening socket handed over (socket activation); then address and port are not used
    unsigned io_threads = 1;  // each with a loop of its own; a connection stays on its thread
    Limits limits;
};

// Listens from its construction on and serves `application` until stop().
class Listener {
public:
    // unavailable "server.listen" when the address cannot be had. `tls` null: plain HTTP, for the management listener
    // on loopback. Everything named must outlive the listener.
    [[nodiscard]] static Result<std::unique_ptr<Listener>> open(http::Application& application, Workers& workers,
                                                                const TlsContext* tls, ListenOptions options);
    ~Listener();  // NOLINT(bugprone-exception-escape): see there
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::size_t connections() const;

    // Accepts no more, ends idle connections, lets requests under way finish within limits.stop, then cuts. Returns
    // when every connection is gone. May be called once, from any thread but the listener's own.
    void stop();

private:
    class Loops;
    explicit Listener(std::unique_ptr<Loops> loops);
    std::unique_ptr<Loops> loops_;
};

}  // namespace rogatory::transport
