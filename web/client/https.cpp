#include "web/client/https.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "platform/base/ensure.hpp"
#include "web/client/curl.hpp"
#include "web/client/peer.hpp"

namespace rogatory::client {
namespace {

constexpr long kOpenSslNotYetValid = 9;  // X509_V_ERR_CERT_NOT_YET_VALID
constexpr long kOpenSslExpired = 10;     // X509_V_ERR_CERT_HAS_EXPIRED
constexpr std::size_t kMostHeaderBytes = 64 * 1024;

// libcurl asks to be initialised once, before threads. Told to leave signals alone (CURLOPT_NOSIGNAL), it leaves
// SIGPIPE to us: OpenSSL writes to the socket with write(2), and a server that hangs up must be an error, not the end
// of the program with an upload's progress unsaid.
void initialise() {
    static const auto kBefore = std::signal(SIGPIPE, SIG_IGN);
    static_cast<void>(kBefore);
    initialise_libcurl();
}

struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

std::string lower(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return out;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n'))
        text.remove_suffix(1);
    return text;
}

std::string today() {
    const auto now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts)};
}

}  // namespace

// A handle of libcurl's: its connections outlive a request.
class Curl {
public:
    Curl() {
        initialise();
        easy_ = curl_easy_init();
        ensure(easy_ != nullptr, "libcurl gives a handle");
    }
    ~Curl() { curl_easy_cleanup(easy_); }
    Curl(const Curl&) = delete;
    Curl& operator=(const Curl&) = delete;
    [[nodiscard]] CURL* easy() const noexcept { return easy_; }

private:
    CURL* easy_ = nullptr;
};

struct Https::Handle {
    Origin origin;
    HttpsOptions options;
    Curl curl{};
};

struct Peer::Handle {
    PeerAddress address;
    PeerOptions options;
    Curl curl{};
};

namespace {

// What one request gathers while libcurl runs.
struct Exchange {
    const HttpsRequest& request;
    CURL* easy;
    HttpsReply reply;
    std::size_t header_bytes = 0;
    std::size_t sent = 0;
    std::uint64_t to_sink = 0;
    bool asked = false;
    std::optional<Error> stopped;

    [[nodiscard]] bool streams() const { return request.sink && (reply.status == 200 || reply.status == 206); }
};

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    const std::string_view line{data, size};
    exchange.header_bytes += size;
    if (exchange.header_bytes > kMostHeaderBytes) {
        exchange.stopped = Error{ErrorCode::unavailable, "client.answer_too_large"};
        return 0;
    }
    // A proxy's answer to CONNECT, a 100 and the answer itself come one after the other: the last one stands.
    if (line.starts_with("HTTP/")) {
        exchange.reply.headers.clear();
        exchange.reply.status = 0;
        return size;
    }
    if (const auto colon = line.find(':'); colon != std::string_view::npos) {
        exchange.reply.headers.insert_or_assign(lower(trimmed(line.substr(0, colon))),
                                                std::string{trimmed(line.substr(colon + 1))});
    }
    return size;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    if (exchange.reply.status == 0) {
        long status = 0;
        curl_easy_getinfo(exchange.easy, CURLINFO_RESPONSE_CODE, &status);
        exchange.reply.status = static_cast<int>(status);
    }
    const ByteView bytes = as_bytes({data, size});
    if (exchange.streams()) {
        if (!exchange.asked && exchange.request.on_headers) {
            if (auto may = exchange.request.on_headers(exchange.reply.status, exchange.reply.headers); !may) {
                exchange.stopped = std::move(may).error();
                return 0;
            }
        }
        exchange.asked = true;
        if (auto taken = exchange.request.sink(bytes); !taken) {
            exchange.stopped = std::move(taken).error();
            return 0;
        }
        exchange.to_sink += size;
        return size;
    }
    if (exchange.reply.body.size() + size > exchange.request.largest_reply) {
        exchange.stopped = Error{ErrorCode::unavailable, "client.answer_too_large"};
        return 0;
    }
    append(exchange.reply.body, bytes);
    return size;
}

std::size_t on_read(char* to, std::size_t, std::size_t room, void* user) {
    auto& exchange = *static_cast<Exchange*>(user);
    const auto rest = exchange.request.body.subspan(exchange.sent);
    const auto count = std::min(room, rest.size());
    std::copy_n(rest.begin(), count, reinterpret_cast<std::uint8_t*>(to));
    exchange.sent += count;
    return count;
}

int on_seek(void* user, curl_off_t offset, int origin) {
    auto& exchange = *static_cast<Exchange*>(user);
    if (origin != SEEK_SET || offset < 0 || static_cast<std::size_t>(offset) > exchange.request.body.size())
        return CURL_SEEKFUNC_CANTSEEK;
    exchange.sent = static_cast<std::size_t>(offset);
    return CURL_SEEKFUNC_OK;
}

Error transport_error(CURL* easy, CURLcode code, const Exchange& exchange, const HttpsOptions& options,
                      const std::string& host) {
    const auto say = [&](const char* key) {
        return Error{ErrorCode::unavailable, key, curl_easy_strerror(code)}.with("host", host);
    };
    long connect_status = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &connect_status);
    const auto proxy = [&] { return say("client.proxy_refused").with("proxy", options.proxy.value_or("")); };
    // What a sink has taken stays taken: the caller resumes from there.
    if (exchange.to_sink > 0) {
        return Error{ErrorCode::unavailable, "client.transfer_cut", curl_easy_strerror(code)}.with(
            "bytes", std::to_string(exchange.to_sink));
    }
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return say("client.host_not_found");
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_PROXY:
            return proxy();
        case CURLE_COULDNT_CONNECT:
            return options.proxy ? proxy() : say("client.unreachable");
        case CURLE_OPERATION_TIMEDOUT:
            return say("client.timed_out");
        case CURLE_SSL_CACERT_BADFILE:
            return Error{ErrorCode::invalid_input, "client.ca_unreadable"}.with(
                "file", options.trust_anchors ? options.trust_anchors->string() : "");
        case CURLE_SSL_CERTPROBLEM:
            return Error{ErrorCode::invalid_input, "client.client_certificate_refused", curl_easy_strerror(code)};
        case CURLE_PEER_FAILED_VERIFICATION: {
            long verified = 0;
            curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verified);
            // The commonest cause on an official's desk is the desk's own clock.
            if (verified == kOpenSslNotYetValid || verified == kOpenSslExpired)
                return say("client.certificate_date").with("today", today());
            return say("client.certificate_refused");
        }
        case CURLE_SSL_CONNECT_ERROR:
            return say("client.tls_failed");
        case CURLE_BAD_CONTENT_ENCODING:
            return Error{ErrorCode::integrity, "client.coding_broken"}.with("host", host);
        default:
            break;
    }
    if (connect_status != 0 && connect_status / 100 != 2) return proxy();
    return say("client.connection_lost");
}

template <class T>
void set(CURL* easy, CURLoption option, T value) {
    // NOLINTNEXTLINE: curl_easy_setopt is variadic by design
    ensure(curl_easy_setopt(easy, option, value) == CURLE_OK, "libcurl knows the option");
}

void configure(CURL* easy, const HttpsOptions& options) {
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_PROTOCOLS_STR, "https");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_PATH_AS_IS, 1L);
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    // 1.2 only with the suites that TLS 1.3 kept in spirit, for servers behind an inspecting proxy.
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_SSL_CIPHER_LIST, "ECDHE+AESGCM:ECDHE+CHACHA20");
    set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    set(easy, CURLOPT_CONNECTTIMEOUT, options.connect_seconds);
    set(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(easy, CURLOPT_LOW_SPEED_TIME, options.stall_seconds);
    set(easy, CURLOPT_BUFFERSIZE, 256L * 1024L);
    set(easy, CURLOPT_UPLOAD_BUFFERSIZE, 512L * 1024L);
    // OpenSSL looks into the file and the folder: ours is added, the system's stay.
    if (options.trust_anchors) set(easy, CURLOPT_CAINFO, options.trust_anchors->c_str());
    if (options.proxy) set(easy, CURLOPT_PROXY, options.proxy->c_str());
    if (options.client_certificate) {
        set(easy, CURLOPT_SSLCERT, options.client_certificate->c_str());
        set(easy, CURLOPT_SSLKEY, (options.client_key ? *options.client_key : *options.client_certificate).c_str());
    }
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return (*static_cast<const std::function<bool()>*>(user))() ? 1 : 0;
}

// One request on a handle that is configured, but for what the request itself says.
Result<HttpsReply> perform(CURL* easy, const std::string& origin, const HttpsOptions& options,
                           const HttpsRequest& request);

}  // namespace

Https::Https(Origin origin, HttpsOptions options) : handle_{new Handle{std::move(origin), std::move(options)}} {}
Https::~Https() = default;
Https::Https(Https&&) noexcept = default;
Https& Https::operator=(Https&&) noexcept = default;

const Origin& Https::origin() const noexcept { return handle_->origin; }

Result<HttpsReply> Https::send(const HttpsRequest& request) {
    CURL* easy = handle_->curl.easy();
    curl_easy_reset(easy);  // keeps the connections
    configure(easy, handle_->options);
    return perform(easy, handle_->origin.text(), handle_->options, request);
}

Peer::Peer(PeerAddress address, PeerOptions options) : handle_{new Handle{std::move(address), std::move(options)}} {}
Peer::~Peer() = default;

Result<HttpsReply> Peer::send(const HttpsRequest& request) {
    const auto& bounds = handle_->options;
    HttpsOptions options;
    options.trust_anchors = bounds.trust_anchors;
    options.client_certificate = bounds.client_certificate;
    options.client_key = bounds.client_key;
    options.connect_seconds = options.stall_seconds = bounds.deadline_seconds;
    CURL* easy = handle_->curl.easy();
    curl_easy_reset(easy);
    configure(easy, options);
    set(easy, CURLOPT_TIMEOUT, bounds.deadline_seconds);
    if (bounds.direct) {
        set(easy, CURLOPT_PROXY, "");
        set(easy, CURLOPT_FRESH_CONNECT, 1L);
        set(easy, CURLOPT_FORBID_REUSE, 1L);
    }
    // A name that is still being looked up when the deadline has passed holds up nobody who waits for this thread.
    set(easy, CURLOPT_QUICK_EXIT, 1L);
    if (handle_->address.loopback()) {
        set(easy, CURLOPT_PROTOCOLS_STR, "http");
        set(easy, CURLOPT_NOPROXY, "*");
    }
    if (bounds.cancelled) {
        set(easy, CURLOPT_NOPROGRESS, 0L);
        set(easy, CURLOPT_XFERINFOFUNCTION, &on_progress);
        set(easy, CURLOPT_XFERINFODATA, static_cast<const void*>(&bounds.cancelled));
    }
    return perform(easy, handle_->address.origin(), options, request);
}

namespace {

Result<HttpsReply> perform(CURL* easy, const std::string& origin, const HttpsOptions& options,
                           const HttpsRequest& request) {
    ensure(request.path.starts_with('/') && request.path.find_first_of("\r\n ") == std::string::npos,
           "a path is encoded and on this origin");
    const auto host = origin.substr(origin.find("//") + 2);
    const auto url = origin + request.path;
    set(easy, CURLOPT_URL, url.c_str());

    Exchange exchange{.request = request, .easy = easy, .reply = {}, .stopped = {}};
    std::unique_ptr<curl_slist, FreeList> headers;
    const auto add = [&](const std::string& line) {
        auto* longer = curl_slist_append(headers.get(), line.c_str());
        ensure(longer != nullptr, "a header line fits in memory");
        (void)headers.release();
        headers.reset(longer);
    };
    add("Expect:");  // a server that waits for 100-continue costs a round trip on slow lines
    add("User-Agent: rogatory");
    for (const auto& [name, value] : request.headers) {
        ensure(value.find_first_of("\r\n") == std::string::npos, "a header is one line");
        // Who asks for a coding gets the bytes decoded, within the same bounds.
        if (name == "Accept-Encoding") {
            set(easy, CURLOPT_ACCEPT_ENCODING, value.c_str());
        } else {
            add(name + ": " + value);
        }
    }
    if (request.method == "HEAD") {
        set(easy, CURLOPT_NOBODY, 1L);
    } else if (!request.content_type.empty() || request.method == "POST" || request.method == "PUT" ||
               request.method == "PATCH") {
        if (!request.content_type.empty()) add("Content-Type: " + request.content_type);
        set(easy, CURLOPT_UPLOAD, 1L);
        set(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        set(easy, CURLOPT_READFUNCTION, &on_read);
        set(easy, CURLOPT_READDATA, static_cast<void*>(&exchange));
        set(easy, CURLOPT_SEEKFUNCTION, &on_seek);
        set(easy, CURLOPT_SEEKDATA, static_cast<void*>(&exchange));
        set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    } else if (request.method != "GET") {
        set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
    set(easy, CURLOPT_HTTPHEADER, headers.get());
    set(easy, CURLOPT_HEADERFUNCTION, &on_header);
    set(easy, CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
    set(easy, CURLOPT_WRITEFUNCTION, &on_body);
    set(easy, CURLOPT_WRITEDATA, static_cast<void*>(&exchange));

    const auto code = curl_easy_perform(easy);
    if (exchange.stopped) return fail(std::move(*exchange.stopped));
    if (code != CURLE_OK) return fail(transport_error(easy, code, exchange, options, host));
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    exchange.reply.status = static_cast<int>(status);
    if (status / 100 == 3 && status != 304) {
        return fail(Error{ErrorCode::unavailable, "client.redirect_refused"}.with("host", host));
    }
    // An empty 200 never reached on_body.
    if (exchange.streams() && !exchange.asked && request.on_headers) {
        if (auto may = request.on_headers(exchange.reply.status, exchange.reply.headers); !may)
            return fail(std::move(may).error());
    }
    return std::move(exchange.reply);
}

}  // namespace

}  // namespace rogatory::client
