#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <string>

#include "web/http/handler.hpp"
#include "web/transport/admission.hpp"
#include "web/transport/limits.hpp"
#include "web/transport/offload.hpp"
#include "web/transport/stream.hpp"
#include "web/transport/task.hpp"

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
    Connection(Surroundings& surroundings, Socket socket, ssl_st* session, Admission::Place place)
        : place_{std::move(place)}, around_{surroundings}, stream_{std::move(socket), session} {}

    [[nodiscard]] Task<void> serve();

    [[nodiscard]] Stream& stream() noexcept { return stream_; }
    // Between two requests: may be ended without harm when the server stops.
    [[nodiscard]] bool idle() const noexcept { return idle_; }

private:
    // Whether another request may follow.
    [[nodiscard]] Task<bool> serve_one();
    // Goes on from the bytes that came. Nothing: the connection is over, and whatever there was to say has been said.
    [[nodiscard]] Task<std::optional<http::Request>> read_head();
    // Nothing: the body did not come.
    [[nodiscard]] Task<std::optional<http::Response>> take(http::Exchange& exchange);
    [[nodiscard]] Task<std::optional<http::Response>> take_buffered(http::Exchange& exchange);
    [[nodiscard]] Task<std::optional<http::Response>> take_streamed(http::Exchange& exchange);
    [[nodiscard]] Task<std::size_t> read_body(MutableByteView into);
    void progressed(std::size_t bytes);
    [[nodiscard]] Task<bool> allow_body(const http::Request& request);
    // How many bytes of the body went out; nothing: the peer did not take it.
    [[nodiscard]] Task<std::optional<std::uint64_t>> write_reply(http::Response& response, http::Method method);
    // A reply without an end: what is new, until the peer is gone, it is over or the server stops.
    [[nodiscard]] Task<std::uint64_t> follow(http::LiveFeed& feed);
    [[nodiscard]] Task<bool> write_all(ByteView bytes, bool more_follows = false);
    [[nodiscard]] Task<std::optional<std::uint64_t>> write_source(ByteView head, http::BodySource& source);
    template <class Work>
    [[nodiscard]] auto offload(Work& work) {
        return Offload{around_.workers, stream_.executor(), work};
    }
    [[nodiscard]] Task<void> hold_back();

    Admission::Place place_;  // before the stream: given back when the socket is closed
    Surroundings& around_;
    Stream stream_;
    std::shared_ptr<const std::vector<Bytes>> shown_;  // certificates, where the client showed any
    std::string received_;  // bytes read and not yet used: of the next head, or the start of a body
    bool idle_ = false;
    std::size_t since_progress_ = 0;
    static constexpr int kBriefInARow = 16;
    int brief_in_a_row_ = 0;
};

}  // namespace rogatory::transport
