#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>

#include "platform/base/bytes.hpp"

struct ssl_st;

namespace rogatory::transport {

namespace net = boost::asio;

// A connected socket with or without TLS. OpenSSL works on the socket itself and Asio only waits for it: Asio's
// ssl::stream costs 60 % more CPU a request and 64 KiB more an idle connection.
//
// Used on its I/O thread alone. There is no timer in here: `deadline` says until when the present wait may last, and
// the thread's ticker cuts the stream when it has passed.
class Stream {
public:
    using Clock = std::chrono::steady_clock;

    Stream(net::ip::tcp::socket socket, ssl_st* session);  // session may be null: plain, for the management listener
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    [[nodiscard]] net::awaitable<bool> handshake();

    // At least one byte, or 0 when the peer has closed, the deadline has passed or anything failed: who reads a
    // request needs no more distinction, since it is complete or it is not. `into` must outlive the wait.
    [[nodiscard]] net::awaitable<std::size_t> read_some(MutableByteView into);
    // What is there without waiting; 0: nothing now.
    [[nodiscard]] std::size_t read_ready(MutableByteView into);
    // All of it, or false. Each `progress_bytes` written move the deadline on.
    [[nodiscard]] net::awaitable<bool> write(ByteView bytes, std::chrono::milliseconds progress,
                                             std::size_t progress_bytes);

    // Tells the peer that nothing more comes, then lets it take what was sent: closing a socket with unread input
    // would reset it and could lose the last reply.
    [[nodiscard]] net::awaitable<void> close_gently(std::size_t discard_bytes);

    // Ends every wait, now and later. The socket keeps its number until the stream is gone: OpenSSL may still hold it.
    void cut();
    [[nodiscard]] bool is_cut() const noexcept { return cut_; }

    void expire_after(std::chrono::milliseconds wait) { deadline_ = Clock::now() + wait; }
    void expire_never() { deadline_ = Clock::time_point::max(); }
    [[nodiscard]] Clock::time_point deadline() const noexcept { return deadline_; }

private:
    enum class Want { read, write, fail };
    struct Step {
        std::size_t bytes = 0;
        Want want = Want::fail;
    };
    [[nodiscard]] Step try_read(MutableByteView into);
    [[nodiscard]] Step try_write(ByteView bytes);
    [[nodiscard]] Want want_of(int result);
    [[nodiscard]] net::awaitable<bool> wait(Want want);

    net::ip::tcp::socket socket_;
    ssl_st* session_;
    Clock::time_point deadline_ = Clock::time_point::max();
    bool cut_ = false;
};

}  // namespace rogatory::transport
