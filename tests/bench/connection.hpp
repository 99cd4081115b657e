#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

// What the clients of tests/bench have in common: a blocking HTTP/1.1 connection over TLS 1.3 on loopback.
namespace rogatory::bench {

using Clock = std::chrono::steady_clock;

inline double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// The server that is asked, and with what every request begins.
struct Target {
    std::uint16_t port = 0;
    std::string headers;
    bool resume = false;
    SSL_CTX* context = nullptr;
};
inline Target target;
inline std::atomic<long> reused{0};
inline thread_local SSL_SESSION* ticket = nullptr;

inline int keep_ticket(SSL*, SSL_SESSION* session) {
    if (!target.resume) return 0;
    SSL_SESSION_free(ticket);
    ticket = session;
    return 1;
}

inline void prepare() {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    target.context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(target.context, TLS1_3_VERSION);
    // One group and one cipher with every server, so that none pays for another's taste.
    SSL_CTX_set1_groups_list(target.context, "X25519");
    SSL_CTX_set_ciphersuites(target.context, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set_session_cache_mode(target.context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(target.context, keep_ticket);
    SSL_CTX_set_mode(target.context, SSL_MODE_AUTO_RETRY | SSL_MODE_RELEASE_BUFFERS);
}

inline std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

struct Answer {
    int status = 0;
    std::string head;
    std::uint64_t bytes = 0;

    std::string field(const std::string& name) const {
        const auto at = lower(head).find("\r\n" + name + ":");
        if (at == std::string::npos) return {};
        const auto begin = head.find_first_not_of(' ', at + name.size() + 3);
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }
};

class Connection {
public:
    ~Connection() { close(); }

    bool open() {
        close();
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(target.port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return false;
        session_ = SSL_new(target.context);
        SSL_set_fd(session_, socket_);
        if (target.resume && ticket != nullptr) SSL_set_session(session_, ticket);
        if (SSL_connect(session_) != 1) return false;
        if (SSL_session_reused(session_) == 1) ++reused;
        return true;
    }
    void close() {
        if (session_ != nullptr) {
            SSL_shutdown(session_);
            SSL_free(session_);
            session_ = nullptr;
        }
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
        read_.clear();
    }
    [[nodiscard]] bool is_open() const { return session_ != nullptr; }

    bool write(const char* bytes, std::size_t size) {
        while (size != 0) {
            const int put = SSL_write(session_, bytes, static_cast<int>(std::min<std::size_t>(size, 1 << 20)));
            if (put <= 0) return false;
            bytes += put;
            size -= static_cast<std::size_t>(put);
        }
        return true;
    }
    bool ask(const std::string& method, const std::string& path, const std::string& more = {}) {
        const auto head = method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\n" + target.headers + more + "\r\n";
        return write(head.data(), head.size());
    }
    bool answer(Answer& answer) {
        static thread_local std::vector<char> piece(256 * 1024);
        std::size_t end = 0;
        while ((end = read_.find("\r\n\r\n")) == std::string::npos) {
            const int got = SSL_read(session_, piece.data(), 16 * 1024);
            if (got <= 0 || read_.size() > 65'536) return false;
            read_.append(piece.data(), static_cast<std::size_t>(got));
        }
        answer = {std::atoi(read_.c_str() + 9), read_.substr(0, end + 2), 0};
        read_.erase(0, end + 4);
        if (answer.field("transfer-encoding") == "chunked") return chunks(answer);
        const auto length = answer.field("content-length");
        const auto wanted = length.empty() ? 0 : std::strtoull(length.c_str(), nullptr, 10);
        answer.bytes = std::min<std::uint64_t>(wanted, read_.size());
        if (answer.status / 100 != 2) answer.head += read_.substr(0, answer.bytes);  // why
        read_.erase(0, answer.bytes);
        while (answer.bytes < wanted) {
            const auto room = static_cast<int>(std::min<std::uint64_t>(piece.size(), wanted - answer.bytes));
            const int got = SSL_read(session_, piece.data(), room);
            if (got <= 0) return false;
            answer.bytes += static_cast<std::uint64_t>(got);
        }
        return true;
    }

private:
    bool more() {
        std::array<char, 4096> piece;
        const int got = SSL_read(session_, piece.data(), static_cast<int>(piece.size()));
        if (got > 0) read_.append(piece.data(), static_cast<std::size_t>(got));
        return got > 0;
    }
    // A chunk is its length in hex, a line end, its bytes and a line end (RFC 9112 §7.1); the last one is empty.
    bool chunks(Answer& answer) {
        while (true) {
            std::size_t line = 0;
            while ((line = read_.find("\r\n")) == std::string::npos) {
                if (!more()) return false;
            }
            const auto length = std::strtoull(read_.c_str(), nullptr, 16);
            while (read_.size() < line + 4 + length) {
                if (!more()) return false;
            }
            answer.bytes += length;
            read_.erase(0, line + 4 + length);
            if (length == 0) return true;
        }
    }

    int socket_ = -1;
    SSL* session_ = nullptr;
    std::string read_;
};

inline const std::vector<char>& payload() {
    static const auto bytes = [] {
        std::vector<char> made(1 << 20);
        std::uint64_t state = 88'172'645'463'325'252U;  // incompressible, the same in every run
        for (std::size_t i = 0; i + 8 <= made.size(); i += 8) {
            state ^= state << 13U;
            state ^= state >> 7U;
            state ^= state << 17U;
            std::memcpy(&made[i], &state, sizeof state);
        }
        return made;
    }();
    return bytes;
}

inline bool well(Connection& connection, Answer& answer) {
    return connection.answer(answer) && answer.status / 100 == 2;
}

}  // namespace rogatory::bench
