#include "web/transport/stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <limits>

#include "web/transport/limits.hpp"

namespace rogatory::transport {
namespace {

constexpr auto kAwait = net::as_tuple(net::use_awaitable);

int int_size(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

// Throws away what has come; false when nothing more will.
bool discard_ready(int descriptor, std::size_t& budget) {
    std::array<std::uint8_t, 4096> rest{};
    while (budget != 0) {
        const auto got = ::recv(descriptor, rest.data(), rest.size(), MSG_DONTWAIT);
        if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
        budget -= std::min(budget, static_cast<std::size_t>(got));
    }
    return false;
}

}  // namespace

Stream::Stream(net::ip::tcp::socket socket, ssl_st* session) : socket_{std::move(socket)}, session_{session} {}

Stream::~Stream() { SSL_free(session_); }

Stream::Want Stream::want_of(int result) {
    switch (SSL_get_error(session_, result)) {
        case SSL_ERROR_WANT_READ:
            return Want::read;
        case SSL_ERROR_WANT_WRITE:
            return Want::write;
        default:
            return Want::fail;
    }
}

Stream::Step Stream::try_read(MutableByteView into) {
    if (cut_) return {};
    if (session_ == nullptr) {
        const auto got = ::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT);
        if (got > 0) return {static_cast<std::size_t>(got), Want::read};
        return {0, got < 0 && (errno == EAGAIN || errno == EINTR) ? Want::read : Want::fail};
    }
    ERR_clear_error();
    const int got = SSL_read(session_, into.data(), int_size(into.size()));
    if (got > 0) return {static_cast<std::size_t>(got), Want::read};
    return {0, want_of(got)};
}

Stream::Step Stream::try_write(ByteView bytes) {
    if (cut_) return {};
    if (session_ == nullptr) {
        const auto put = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (put > 0) return {static_cast<std::size_t>(put), Want::write};
        return {0, put < 0 && (errno == EAGAIN || errno == EINTR) ? Want::write : Want::fail};
    }
    ERR_clear_error();
    const int put = SSL_write(session_, bytes.data(), int_size(bytes.size()));
    if (put > 0) return {static_cast<std::size_t>(put), Want::write};
    return {0, want_of(put)};
}

net::awaitable<bool> Stream::wait(Want want) {
    if (want == Want::fail || cut_) co_return false;
    const auto kind = want == Want::read ? net::socket_base::wait_read : net::socket_base::wait_write;
    const auto [error] = co_await socket_.async_wait(kind, kAwait);
    co_return !error && !cut_;
}

net::awaitable<bool> Stream::handshake() {
    if (session_ == nullptr) co_return true;
    while (!cut_) {
        ERR_clear_error();
        const int result = SSL_do_handshake(session_);
        if (result == 1) co_return true;
        const auto want = want_of(result);
        const bool ready = co_await wait(want);
        if (!ready) co_return false;
    }
    co_return false;
}

std::size_t Stream::read_ready(MutableByteView into) { return into.empty() ? 0 : try_read(into).bytes; }

net::awaitable<std::size_t> Stream::read_some(MutableByteView into) {
    while (true) {
        const auto step = try_read(into);
        if (step.bytes != 0) co_return step.bytes;
        const bool ready = co_await wait(step.want);
        if (!ready) co_return 0;
    }
}

net::awaitable<bool> Stream::write(ByteView bytes, std::chrono::milliseconds progress, std::size_t progress_bytes) {
    expire_after(progress);
    std::size_t since = 0;
    while (!bytes.empty()) {
        const auto step = try_write(bytes);
        if (step.bytes == 0) {
            const bool ready = co_await wait(step.want);
            if (!ready) co_return false;
            continue;
        }
        bytes = bytes.subspan(step.bytes);
        since += step.bytes;
        if (since >= progress_bytes) {
            expire_after(progress);
            since = 0;
        }
    }
    co_return true;
}

net::awaitable<void> Stream::close_gently(std::size_t discard_bytes) {
    if (cut_) co_return;
    if (session_ != nullptr && SSL_is_init_finished(session_) == 1) {
        ERR_clear_error();
        SSL_shutdown(session_);  // sends close_notify; the peer's is not waited for
    }
    boost::system::error_code ignored;
    socket_.shutdown(net::ip::tcp::socket::shutdown_send, ignored);
    while (discard_bytes != 0 && discard_ready(socket_.native_handle(), discard_bytes)) {
        const bool ready = co_await wait(Want::read);
        if (!ready) co_return;
    }
}

void Stream::cut() {
    if (cut_) return;
    cut_ = true;
    boost::system::error_code ignored;
    socket_.shutdown(net::ip::tcp::socket::shutdown_both, ignored);
    socket_.cancel(ignored);
}

}  // namespace rogatory::transport
