#include "web/cli/keeper/messages.hpp"

#include <array>
#include <cerrno>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rogatory::cli::keeper {
namespace {

using SteadyClock = std::chrono::steady_clock;

bool wait_for(int socket, short events, SteadyClock::time_point until) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - SteadyClock::now()).count();
        if (left <= 0) return false;
        pollfd one{socket, events, 0};
        const int ready = ::poll(&one, 1, static_cast<int>(left));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

bool send_all(int socket, ByteView bytes, SteadyClock::time_point until) {
    while (!bytes.empty()) {
        const auto count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        } else if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
            if (!wait_for(socket, POLLOUT, until)) return false;
        } else {
            return false;
        }
    }
    return true;
}

bool receive_all(int socket, MutableByteView into, SteadyClock::time_point until) {
    while (!into.empty()) {
        if (!wait_for(socket, POLLIN, until)) return false;
        const auto count = ::recv(socket, into.data(), into.size(), MSG_DONTWAIT);
        if (count > 0) {
            into = into.subspan(static_cast<std::size_t>(count));
        } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            return false;
        }
    }
    return true;
}

}  // namespace

Descriptor::~Descriptor() {
    if (value_ >= 0) ::close(value_);
}

bool send_message(int socket, Word word, ByteView body, std::chrono::milliseconds patience) {
    if (body.size() > kLongestMessage) return false;
    const auto until = SteadyClock::now() + patience;
    const auto size = static_cast<std::uint32_t>(body.size());
    const std::array<std::uint8_t, 5> head{static_cast<std::uint8_t>(word), static_cast<std::uint8_t>(size >> 24U),
                                           static_cast<std::uint8_t>(size >> 16U),
                                           static_cast<std::uint8_t>(size >> 8U), static_cast<std::uint8_t>(size)};
    return send_all(socket, head, until) && send_all(socket, body, until);
}

std::optional<Message> receive_message(int socket, std::chrono::milliseconds patience) {
    const auto until = SteadyClock::now() + patience;
    std::array<std::uint8_t, 5> head{};
    if (!receive_all(socket, head, until)) return std::nullopt;
    const std::size_t size =
        (std::size_t{head[1]} << 24U) | (std::size_t{head[2]} << 16U) | (std::size_t{head[3]} << 8U) | head[4];
    if (size > kLongestMessage) return std::nullopt;
    Message message{static_cast<Word>(head[0]), crypto::SecretBytes{size}};
    if (size > 0 && !receive_all(socket, message.body.expose_secret_mutable(), until)) return std::nullopt;
    return message;
}

bool peer_is_ours(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == ::geteuid();
}

std::string socket_path(int folder) { return "/proc/self/fd/" + std::to_string(folder) + "/" + kSocketName; }

}  // namespace rogatory::cli::keeper
