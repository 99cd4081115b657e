#include "web/transport/stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

#include "web/transport/limits.hpp"

namespace rogatory::transport {
namespace {

int int_size(std::size_t size) {
    return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

// What a session says next is about its last call: nothing older may stand in the thread's queue.
void forget_errors() {
    if (ERR_peek_error() != 0) ERR_clear_error();
}

// Throws away what has come; false when nothing more will.
bool discard_ready(Wire& wire, std::size_t& budget) {
    std::array<std::uint8_t, 4096> rest{};
    while (budget != 0) {
        const auto got = wire.receive(rest);
        if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
        budget -= std::min(budget, static_cast<std::size_t>(got));
    }
    return false;
}

}  // namespace

Stream::Stream(Socket socket, ssl_st* session)
    : socket_{std::move(socket)}, wire_{socket_.native_handle()}, session_{session} {}

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

void Stream::prepare() {
    choose(wire_);
    forget_errors();
}

Stream::Step Stream::try_read(MutableByteView into) {
    if (cut_ || into.empty()) return {};
    if (session_ == nullptr) {
        const auto got = wire_.receive(into);
        if (got > 0) return {static_cast<std::size_t>(got), Want::read};
        return {0, got < 0 && (errno == EAGAIN || errno == EINTR) ? Want::read : Want::fail};
    }
    prepare();
    const int got = SSL_read(session_, into.data(), int_size(into.size()));
    if (got > 0) return {static_cast<std::size_t>(got), Want::read};
    return {0, want_of(got)};
}

Stream::Step Stream::try_write(ByteView bytes) {
    if (cut_) return {};
    if (session_ == nullptr) {
        const auto put = wire_.send(bytes);
        if (put > 0) return {static_cast<std::size_t>(put), Want::write};
        return {0, put < 0 && (errno == EAGAIN || errno == EINTR) ? Want::write : Want::fail};
    }
    prepare();
    const int put = SSL_write(session_, bytes.data(), int_size(bytes.size()));
    if (put > 0) return {static_cast<std::size_t>(put), Want::write};
    return {0, want_of(put)};
}

Task<bool> Stream::wait(Want want) {
    if (!waits_for(want)) co_return false;
    const auto error = co_await event(want);
    co_return !error && !cut_;
}

Task<bool> Stream::handshake() {
    if (session_ == nullptr) co_return true;
    // The client speaks first, and what it says comes later than its connection.
    for (auto want = Want::read;;) {
        const bool ready = co_await wait(want);
        if (!ready) co_return false;
        prepare();
        const int result = SSL_do_handshake(session_);
        if (result == 1) co_return true;
        want = want_of(result);
    }
}

std::vector<Bytes> Stream::shown_certificates() const {
    std::vector<Bytes> chain;
    const auto take = [&chain](X509* certificate) {
        const int size = certificate == nullptr ? 0 : i2d_X509(certificate, nullptr);
        if (size <= 0) return;
        Bytes der(static_cast<std::size_t>(size));
        auto* at = der.data();
        i2d_X509(certificate, &at);
        chain.push_back(std::move(der));
    };
    X509* const own = session_ == nullptr ? nullptr : SSL_get0_peer_certificate(session_);
    if (own == nullptr) return chain;
    take(own);
    // A server's list of what its client sent leaves the client's own out.
    const auto* const others = SSL_get_peer_cert_chain(session_);
    for (int i = 0; others != nullptr && i < sk_X509_num(others); ++i) take(sk_X509_value(others, i));
    return chain;
}

Task<std::size_t> Stream::read_some(MutableByteView into) {
    while (true) {
        const auto step = try_read(into);
        if (step.bytes != 0) co_return step.bytes;
        const bool ready = co_await wait(step.want);
        if (!ready) co_return 0;
    }
}

Task<bool> Stream::write(ByteView bytes, std::chrono::milliseconds progress, std::size_t progress_bytes,
                         bool more_follows) {
    expire_after(progress);
    std::size_t since = 0;
    while (!bytes.empty()) {
        // OpenSSL writes one record at a time: TCP may fill its segments with several.
        wire_.more_follows(more_follows || (session_ != nullptr && bytes.size() > kRecordBytes));
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

Task<void> Stream::close_gently(std::size_t discard_bytes) {
    if (cut_) co_return;
    wire_.more_follows(false);
    if (session_ != nullptr && SSL_is_init_finished(session_) == 1) {
        prepare();
        SSL_shutdown(session_);  // sends close_notify; the peer's is not waited for
    }
    // Of a peer that has gone first there is nothing to take in, and the end of the socket is the end of both ways.
    wire_.look_again();
    if (!discard_ready(wire_, discard_bytes)) co_return;
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    do {
        const bool ready = co_await wait(Want::read);
        if (!ready) co_return;
    } while (discard_ready(wire_, discard_bytes));
}

void Stream::cut() {
    if (cut_) return;
    cut_ = true;
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_both, ignored);
    socket_.cancel(ignored);
}

}  // namespace rogatory::transport
