#pragma once

#include <chrono>
#include <vector>

#include "platform/base/bytes.hpp"
#include "web/transport/task.hpp"
#include "web/transport/wait.hpp"
#include "web/transport/wire.hpp"

struct ssl_st;

namespace rogatory::transport {

// A connected socket with or without TLS. OpenSSL works on the socket itself and Asio only waits for it: Asio's
// ssl::stream costs 60 % more CPU a request and 64 KiB more an idle connection.
//
// Used on its I/O thread alone. There is no timer in here: `deadline` says until when the present wait may last, and
// the thread's ticker cuts the stream when it has passed.
class Stream {
public:
    using Clock = std::chrono::steady_clock;

    Stream(Socket socket, ssl_st* session);  // session may be null: plain, for the management listener
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    [[nodiscard]] Task<bool> handshake();
    // After it: the certificates (DER) that the peer showed, its own first. Empty: none.
    [[nodiscard]] std::vector<Bytes> shown_certificates() const;

    // What must come before a step can go on; `fail`: nothing will.
    enum class Want { read, write, fail };
    struct Step {
        std::size_t bytes = 0;
        Want want = Want::fail;
    };
    // What is there, without waiting. With waits_for() and event() a caller waits in its own frame, which is what
    // counts where thousands wait at once; read_some() does the same in one of its own.
    [[nodiscard]] Step try_read(MutableByteView into);
    // The next try_read() asks the kernel, although the last one took all there was.
    void look_again() noexcept { wire_.look_again(); }
    [[nodiscard]] bool waits_for(Want want) const { return want != Want::fail && !cut_; }
    [[nodiscard]] auto event(Want want) {
        wire_.look_again();
        return ready(socket_, want == Want::read ? net::socket_base::wait_read : net::socket_base::wait_write);
    }

    // At least one byte, or 0 when the peer has closed, the deadline has passed or anything failed: who reads a
    // request needs no more distinction, since it is complete or it is not. `into` must outlive the wait.
    [[nodiscard]] Task<std::size_t> read_some(MutableByteView into);
    // All of it, or false. Each `progress_bytes` written move the deadline on. `more_follows` says that the next write
    // comes at once.
    [[nodiscard]] Task<bool> write(ByteView bytes, std::chrono::milliseconds progress, std::size_t progress_bytes,
                                   bool more_follows = false);

    // Tells the peer that nothing more comes, then lets it take what was sent: closing a socket with unread input
    // would reset it and could lose the last reply.
    [[nodiscard]] Task<void> close_gently(std::size_t discard_bytes);

    // Ends every wait, now and later. The socket keeps its number until the stream is gone: OpenSSL may still hold it.
    void cut();
    [[nodiscard]] bool is_cut() const noexcept { return cut_; }

    [[nodiscard]] Executor executor() { return socket_.get_executor(); }

    void expire_after(std::chrono::milliseconds wait) { deadline_ = Clock::now() + wait; }
    void expire_never() { deadline_ = Clock::time_point::max(); }
    [[nodiscard]] Clock::time_point deadline() const noexcept { return deadline_; }

private:
    [[nodiscard]] Step try_write(ByteView bytes);
    [[nodiscard]] Want want_of(int result);
    void prepare();  // before each call of OpenSSL's that reads or writes
    [[nodiscard]] Task<bool> wait(Want want);

    Socket socket_;
    Wire wire_;
    ssl_st* session_;
    Clock::time_point deadline_ = Clock::time_point::max();
    bool cut_ = false;
};

}  // namespace rogatory::transport
