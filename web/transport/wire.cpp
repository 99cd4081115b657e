#include "web/transport/wire.hpp"

#include <openssl/bio.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>

#include "platform/base/ensure.hpp"

namespace rogatory::transport {
namespace {

struct Chosen {
    Wire* wire = nullptr;
    bool ended = false;  // the last read found the peer's end
};
thread_local Chosen chosen;

bool may_come_again(int error) { return error == EAGAIN || error == EINTR; }

int read_chosen(BIO* bio, char* into, std::size_t size, std::size_t* got) {
    BIO_clear_retry_flags(bio);
    const auto count = chosen.wire->receive({reinterpret_cast<std::uint8_t*>(into), size});
    chosen.ended = count == 0;
    if (count > 0) {
        *got = static_cast<std::size_t>(count);
        return 1;
    }
    if (count < 0 && may_come_again(errno)) BIO_set_retry_read(bio);
    return static_cast<int>(count);
}

int write_chosen(BIO* bio, const char* bytes, std::size_t size, std::size_t* put) {
    BIO_clear_retry_flags(bio);
    const auto count = chosen.wire->send({reinterpret_cast<const std::uint8_t*>(bytes), size});
    if (count > 0) {
        *put = static_cast<std::size_t>(count);
        return 1;
    }
    if (count < 0 && may_come_again(errno)) BIO_set_retry_write(bio);
    return static_cast<int>(count);
}

long control(BIO*, int command, long, void*) {
    if (command == BIO_CTRL_FLUSH) return 1;  // nothing is held back here
    if (command == BIO_CTRL_EOF) return chosen.ended ? 1 : 0;
    return 0;
}

int is_made(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
}

struct FreeMethod {
    void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};
struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};

BIO_METHOD* method() {
    static const auto made = [] {
        std::unique_ptr<BIO_METHOD, FreeMethod> fresh{
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "a socket of this thread")};
        ensure(fresh != nullptr && BIO_meth_set_read_ex(fresh.get(), &read_chosen) == 1 &&
                   BIO_meth_set_write_ex(fresh.get(), &write_chosen) == 1 &&
                   BIO_meth_set_ctrl(fresh.get(), &control) == 1 && BIO_meth_set_create(fresh.get(), &is_made) == 1,
               "OpenSSL takes a way to a socket");
        return fresh;
    }();
    return made.get();
}

}  // namespace

ssize_t Wire::receive(MutableByteView into) noexcept {
    if (drained_) {
        errno = EAGAIN;
        return -1;
    }
    const auto got = ::recv(descriptor_, into.data(), into.size(), MSG_DONTWAIT);
    drained_ = got > 0 && static_cast<std::size_t>(got) < into.size();
    return got;
}

ssize_t Wire::send(ByteView bytes) noexcept {
    return ::send(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL | (more_ ? MSG_MORE : 0));
}

bio_st* bio_of_this_thread() {
    // Sessions hold references of their own: it may end before they do.
    thread_local const std::unique_ptr<BIO, FreeBio> ours{BIO_new(method())};
    ensure(ours != nullptr, "OpenSSL gives a way to a socket");
    return ours.get();
}

void choose(Wire& wire) noexcept { chosen.wire = &wire; }

}  // namespace rogatory::transport
