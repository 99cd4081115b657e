#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "platform/base/ensure.hpp"

namespace rogatory::test {

// A peer that sends exactly the bytes it is told to and reads what comes: what no HTTP library would do.
class RawClient {
public:
    explicit RawClient(std::uint16_t port, int receive_buffer = 0) : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
        if (receive_buffer != 0) {
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        }
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    ~RawClient() {
        if (socket_ >= 0) ::close(socket_);
    }
    RawClient(RawClient&& other) noexcept
        : socket_{std::exchange(other.socket_, -1)}, connected_{other.connected_}, kept_{std::move(other.kept_)} {}
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;
    RawClient& operator=(RawClient&&) = delete;

    [[nodiscard]] bool connected() const { return connected_; }
    [[nodiscard]] int descriptor() const { return socket_; }

    bool send(std::string_view text) {
        while (!text.empty()) {
            const auto sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    void end() { ::shutdown(socket_, SHUT_WR); }

    // What is to come is waited for so long: only a server that hangs is slower, however busy the machine.
    static constexpr std::chrono::seconds kPatience{60};
    // Everything until the server closes; nothing when it does not within the time.
    std::optional<std::string> read_to_end(std::chrono::milliseconds patience = kPatience) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (true) {
            const int got = fill(until);
            if (got == 0) return std::exchange(kept_, {});
            if (got < 0) return std::nullopt;
        }
    }

    struct Reply {
        int status = 0;
        std::string head;
        std::string body;
        [[nodiscard]] bool has(std::string_view line) const { return head.find(line) != std::string::npos; }
    };
    // One reply with its body (none after a HEAD); nothing when the server closes or says nothing.
    std::optional<Reply> read_reply(bool head_only = false, std::chrono::milliseconds patience = kPatience) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (kept_.find("\r\n\r\n") == std::string::npos) {
            if (fill(until) <= 0) return std::nullopt;
        }
        Reply reply;
        const auto end = kept_.find("\r\n\r\n") + 4;
        reply.head = kept_.substr(0, end);
        reply.status = std::atoi(reply.head.c_str() + 9);
        kept_.erase(0, end);
        const auto field = reply.head.find("Content-Length: ");
        const auto length = field == std::string::npos || head_only
                                ? std::size_t{0}
                                : static_cast<std::size_t>(std::atoll(reply.head.c_str() + field + 16));
        while (kept_.size() < length) {
            if (fill(until) <= 0) return std::nullopt;
        }
        reply.body = kept_.substr(0, length);
        kept_.erase(0, length);
        return reply;
    }
    std::optional<Reply> ask(std::string_view request) {
        send(request);
        return read_reply(request.starts_with("HEAD "));
    }
    // Reads until this has come, and keeps it for what reads next; false when it does not within the time.
    bool comes(std::string_view text, std::chrono::milliseconds patience = kPatience) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (kept_.find(text) == std::string::npos) {
            if (fill(until) <= 0) return false;
        }
        return true;
    }
    [[nodiscard]] bool closed_within(std::chrono::milliseconds patience) { return read_to_end(patience).has_value(); }

private:
    // 1: something came, 0: closed, -1: nothing in time.
    int fill(std::chrono::steady_clock::time_point until) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        pollfd wait{socket_, POLLIN, 0};
        if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) <= 0) return -1;
        char piece[65536];
        const auto got = ::recv(socket_, piece, sizeof piece, 0);
        if (got <= 0) return 0;
        kept_.append(piece, static_cast<std::size_t>(got));
        return 1;
    }

    int socket_;
    bool connected_ = false;
    std::string kept_;
};

}  // namespace rogatory::test
