#include "web/client/syslog.hpp"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <chrono>
#include <thread>

#include "platform/base/ensure.hpp"
#include "web/client/curl.hpp"

namespace rogatory::client {

struct Syslog::Connection {
    SyslogOptions options;
    CURL* easy = nullptr;
    int socket = -1;
    ~Connection() { curl_easy_cleanup(easy); }

    [[nodiscard]] tl::unexpected<Error> failed(const char* why) const {
        return fail(Error{ErrorCode::unavailable, "audit.syslog_failed", why}.with("host", options.host));
    }
    [[nodiscard]] bool wait(short what) const {
        pollfd one{socket, what, 0};
        return ::poll(&one, 1, static_cast<int>(options.stall_seconds * 1000)) > 0;
    }
    // A collector says nothing on this connection; the end of it, or anything else, is its end.
    [[nodiscard]] bool closed() const {
        std::array<char, 64> bytes{};
        std::size_t got = 0;
        return curl_easy_recv(easy, bytes.data(), bytes.size(), &got) != CURLE_AGAIN;
    }
};

Syslog::Syslog(std::unique_ptr<Connection> connection) : connection_{std::move(connection)} {}
Syslog::~Syslog() = default;
Syslog::Syslog(Syslog&&) noexcept = default;
Syslog& Syslog::operator=(Syslog&&) noexcept = default;

Result<SyslogOptions> parse_syslog_address(std::string_view text) {
    SyslogOptions options;
    const auto bracket = text.rfind(']');
    const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    options.host = std::string{text.substr(0, colon)};
    bool good = !options.host.empty() && options.host.size() <= 255 &&
                options.host.find_first_of("/@?# \t\r\n\\\"") == std::string::npos;
    if (colon != std::string_view::npos) {
        const auto digits = text.substr(colon + 1);
        const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), options.port);
        good = good && failure == std::errc{} && end == digits.data() + digits.size() && options.port != 0;
    }
    if (!good) return fail(ErrorCode::invalid_input, "audit.syslog_address");
    return options;
}

Result<Syslog> Syslog::connect(const SyslogOptions& options) {
    initialise_libcurl();
    auto connection = std::make_unique<Connection>();
    connection->options = options;
    auto* const easy = connection->easy = curl_easy_init();
    ensure(easy != nullptr, "libcurl gives a handle");
    const auto url = "https://" + options.host + ":" + std::to_string(options.port);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    // The handshake alone; what follows is no HTTP.
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, options.connect_seconds);
    if (options.trust_anchors) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, options.trust_anchors->c_str());
        curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    }
    if (options.client_certificate) {
        curl_easy_setopt(easy, CURLOPT_SSLCERT, options.client_certificate->c_str());
        const auto& key = options.client_key ? *options.client_key : *options.client_certificate;
        curl_easy_setopt(easy, CURLOPT_SSLKEY, key.c_str());
    }
    if (const auto outcome = curl_easy_perform(easy); outcome != CURLE_OK) {
        return connection->failed(curl_easy_strerror(outcome));
    }
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK || socket == CURL_SOCKET_BAD) {
        return connection->failed("no socket");
    }
    connection->socket = socket;
    return Syslog{std::move(connection)};
}

std::string Syslog::frame(std::string_view message) {
    return std::to_string(message.size()) + " " + std::string{message};
}

Result<> Syslog::send(std::string_view frames) {
    auto& on = *connection_;
    if (on.closed()) return on.failed("closed by the collector");
    while (!frames.empty()) {
        std::size_t sent = 0;
        const auto outcome = curl_easy_send(on.easy, frames.data(), frames.size(), &sent);
        if (outcome == CURLE_AGAIN) {
            if (!on.wait(POLLOUT)) return on.failed("it takes nothing");
            continue;
        }
        if (outcome != CURLE_OK) return on.failed(curl_easy_strerror(outcome));
        frames.remove_prefix(sent);
    }
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{on.options.stall_seconds};
    while (true) {
        int unacknowledged = 0;
        if (::ioctl(on.socket, SIOCOUTQ, &unacknowledged) != 0) return on.failed("the socket's queue");
        if (unacknowledged == 0) break;
        if (std::chrono::steady_clock::now() > until) return on.failed("it acknowledges nothing");
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    if (on.closed()) return on.failed("closed by the collector");
    return {};
}

}  // namespace rogatory::client
