#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <string>

#include "web/http/handler.hpp"
#include "web/transport/limits.hpp"
#include "web/transport/stream.hpp"

namespace rogatory::transport {

// What all connections of a listener share.
struct Surroundings {
    http::Application& application;
    net::thread_pool& workers;
    const Limits& limits;
    std::atomic<bool> stopping{false};
};

// One connection on its I/O thread: handshake, then request after request.
class Connection {
public:
    Connection(Surroundings& surroundings, net::ip::tcp::socket socket, ssl_st* session, std::string peer)
        : around_{surroundings}, stream_{std::move(socket), session}, peer_{std::move(peer)} {}

    [[nodiscard]] net::awaitable<void> serve();

    [[nodiscard]] Stream& stream() noexcept { return stream_; }
    // Between two requests: may be ended without harm when the server stops.
    [[nodiscard]] bool idle() const noexcept { return idle_; }

private:
    // Whether another request may follow.
    [[nodiscard]] net::awaitable<bool> serve_one();
    // Nothing: the connection is over, and whatever there was to say has been said.
    [[nodiscard]] net::awaitable<std::optional<http::Request>> read_head();
    // Nothing: the body did not come.
    [[nodiscard]] net::awaitable<std::optional<http::Response>> take(http::Exchange& exchange);
    [[nodiscard]] net::awaitable<std::optional<http::Response>> take_buffered(http::Exchange& exchange);
    [[nodiscard]] net::awaitable<std::optional<http::Response>> take_streamed(http::Exchange& exchange);
    [[nodiscard]] net::awaitable<std::size_t> read_body(MutableByteView into);
    void progressed(std::size_t bytes);
    [[nodiscard]] net::awaitable<bool> allow_body(const http::Request& request);
    // How many bytes of the body went out; nothing: the peer did not take it.
    [[nodiscard]] net::awaitable<std::optional<std::uint64_t>> write_reply(http::Response& response,
                                                                           http::Method method);
    // A reply without an end: what is new, until the peer is gone, it is over or the server stops.
    [[nodiscard]] net::awaitable<std::uint64_t> follow(http::LiveFeed& feed);
    [[nodiscard]] net::awaitable<bool> write_all(ByteView bytes);

    Surroundings& around_;
    Stream stream_;
    std::string peer_;
    std::string received_;  // bytes read and not yet used: of the next head, or the start of a body
    bool idle_ = false;
    std::size_t since_progress_ = 0;
    static constexpr int kBriefInARow = 16;
    int brief_in_a_row_ = 0;
};

}  // namespace rogatory::transport
