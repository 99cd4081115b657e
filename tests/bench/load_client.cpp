// One client for every server that tests/bench/compare measures, so that what differs is the server: TLS 1.3 over
// loopback, blocking sockets, a thread a connection. Everything is bounded by a number or a time.
//
//   load_client MODE --port P [--path /x] [--seconds S | --count N] [--threads T] [--size BYTES] [--header 'K: V']…
//
//   keep     GETs over kept connections        new      a connection, one GET, the end of it (--resume: resumed)
//   get      GETs of something large           put      PUTs of --size bytes to PATH<number>
//   tus      creation and one PATCH of --size bytes each; --metadata FILE: a line of Upload-Metadata for each,
//            --beginning FILE: what each body begins with (a server may ask that it be an age file)
//   idle     --count connections that have asked once and then say nothing for --seconds
//   append   the bodies of --bodies FILE, one a line, POSTed to PATH
//
// Prints one JSON object: {"count", "seconds", "bytes", "errors", "reused", "p50_us", "p99_us"}; with `idle` a line
// "ready" first. Exit 1 when anything was answered otherwise than well.
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
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

struct Options {
    std::string mode;
    std::string path = "/";
    std::string headers;
    std::vector<std::string> lines;  // of --metadata or --bodies
    std::string beginning;
    std::uint16_t port = 0;
    double seconds = 2;
    long count = 0;  // 0: as many as fit into the time
    int threads = 1;
    std::size_t size = 1 << 20;
    bool resume = false;
};
Options options;
SSL_CTX* context = nullptr;
std::atomic<long> reused{0};
thread_local SSL_SESSION* ticket = nullptr;

int keep_ticket(SSL*, SSL_SESSION* session) {
    if (!options.resume) return 0;
    SSL_SESSION_free(ticket);
    ticket = session;
    return 1;
}

std::string lower(std::string text) {
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
        address.sin_port = htons(options.port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return false;
        session_ = SSL_new(context);
        SSL_set_fd(session_, socket_);
        if (options.resume && ticket != nullptr) SSL_set_session(session_, ticket);
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
        const auto head = method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\n" + options.headers + more + "\r\n";
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

const std::vector<char>& payload() {
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

bool send_body(Connection& connection, std::size_t size) {
    if (!connection.write(options.beginning.data(), options.beginning.size())) return false;
    for (std::size_t sent = options.beginning.size(); sent < size;) {
        const auto now = std::min(size - sent, payload().size());
        if (!connection.write(payload().data(), now)) return false;
        sent += now;
    }
    return true;
}

bool well(Connection& connection, Answer& answer) { return connection.answer(answer) && answer.status / 100 == 2; }

bool put(Connection& connection, long number, Answer& answer) {
    const auto length = "Content-Length: " + std::to_string(options.size) + "\r\n";
    return connection.ask("PUT", options.path + std::to_string(number), length) &&
           send_body(connection, options.size) && well(connection, answer);
}

bool tus(Connection& connection, long number, Answer& answer) {
    static const std::string kVersion = "Tus-Resumable: 1.0.0\r\n";
    std::string create = kVersion + "Upload-Length: " + std::to_string(options.size) + "\r\nContent-Length: 0\r\n";
    if (!options.lines.empty())
        create += "Upload-Metadata: " + options.lines.at(static_cast<std::size_t>(number)) + "\r\n";
    if (!connection.ask("POST", options.path, create) || !well(connection, answer)) return false;
    auto location = answer.field("location");
    if (const auto scheme = location.find("://"); scheme != std::string::npos) {
        location = location.substr(location.find('/', scheme + 3));
    }
    // The ticket of this upload stands for its owner from here on: a request names one bearer.
    const auto bearer = answer.field("upload-ticket");
    const auto headers = options.headers;
    const auto head = "PATCH " + location + " HTTP/1.1\r\nHost: localhost\r\n" + kVersion +
                      (bearer.empty() ? headers : "Authorization: Bearer " + bearer + "\r\n") +
                      "Upload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: " +
                      std::to_string(options.size) + "\r\n\r\n";
    return connection.write(head.data(), head.size()) && send_body(connection, options.size) &&
           well(connection, answer);
}

bool post(Connection& connection, long number, Answer& answer) {
    const auto& body = options.lines.at(static_cast<std::size_t>(number));
    return connection.ask(
               "POST", options.path,
               "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n") &&
           connection.write(body.data(), body.size()) && well(connection, answer);
}

struct Tally {
    std::mutex guard;
    std::vector<double> spent;
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<long> errors{0};

    double quantile(double q) {
        if (spent.empty()) return 0;
        const auto at = std::min(spent.size() - 1, static_cast<std::size_t>(q * static_cast<double>(spent.size())));
        std::nth_element(spent.begin(), spent.begin() + static_cast<std::ptrdiff_t>(at), spent.end());
        return spent[at];
    }
};

bool one(Connection& connection, long number, Answer& answer) {
    if (options.mode == "put") return put(connection, number, answer);
    if (options.mode == "tus") return tus(connection, number, answer);
    if (options.mode == "append") return post(connection, number, answer);
    return connection.ask("GET", options.path) && well(connection, answer);
}

void work(Tally& tally, std::atomic<long>& next, Clock::time_point start) {
    std::vector<double> spent;
    Connection connection;
    while (tally.errors < 100) {
        const long number = next++;
        if (options.count != 0 ? number >= options.count : since(start) >= options.seconds) break;
        auto begun = Clock::now();
        bool good = connection.is_open() || connection.open();
        if (options.mode != "new") begun = Clock::now();
        Answer answer;
        good = good && one(connection, number, answer);
        if (!good || options.mode == "new") connection.close();
        if (!good) {
            if (++tally.errors <= 3) std::fprintf(stderr, "load_client: %d %s\n", answer.status, answer.head.c_str());
            continue;
        }
        spent.push_back(since(begun) * 1e6);
        tally.bytes += options.mode == "put" || options.mode == "tus" ? options.size : answer.bytes;
    }
    const std::lock_guard lock{tally.guard};
    tally.spent.insert(tally.spent.end(), spent.begin(), spent.end());
}

void idle(Tally& tally) {
    std::vector<Connection> connections(static_cast<std::size_t>(options.count));
    Answer answer;
    for (auto& one : connections) {
        if (!one.open() || !one.ask("GET", options.path) || !well(one, answer)) ++tally.errors;
    }
    std::puts("ready");
    std::fflush(stdout);
    std::this_thread::sleep_for(std::chrono::duration<double>(options.seconds));
    for (auto& one : connections) {
        if (!one.is_open() || !one.ask("GET", options.path) || !well(one, answer)) ++tally.errors;
    }
}

std::vector<std::string> lines_of(const std::string& file) {
    std::ifstream in{file};
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

bool parse(int argc, char** argv) {
    if (argc < 2) return false;
    options.mode = argv[1];
    for (int i = 2; i < argc; ++i) {
        const std::string name = argv[i];
        if (name == "--resume") {
            options.resume = true;
            continue;
        }
        if (i + 1 == argc) return false;
        const std::string value = argv[++i];
        if (name == "--port")
            options.port = static_cast<std::uint16_t>(std::stoi(value));
        else if (name == "--path")
            options.path = value;
        else if (name == "--seconds")
            options.seconds = std::stod(value);
        else if (name == "--count")
            options.count = std::stol(value);
        else if (name == "--threads")
            options.threads = std::stoi(value);
        else if (name == "--size")
            options.size = std::stoull(value);
        else if (name == "--header")
            options.headers += value + "\r\n";
        else if (name == "--beginning") {
            std::ostringstream whole;
            whole << std::ifstream{value, std::ios::binary}.rdbuf();
            options.beginning = whole.str();
        } else if (name == "--metadata" || name == "--bodies")
            options.lines = lines_of(value);
        else
            return false;
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    if (!parse(argc, argv)) {
        std::fprintf(stderr, "load_client: usage: see its head\n");
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    // One group and one cipher with both servers, so that neither pays for another's taste.
    SSL_CTX_set1_groups_list(context, "X25519");
    SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep_ticket);
    SSL_CTX_set_mode(context, SSL_MODE_AUTO_RETRY | SSL_MODE_RELEASE_BUFFERS);

    Tally tally;
    std::atomic<long> next{0};
    const auto start = Clock::now();
    if (options.mode == "idle") {
        idle(tally);
    } else {
        std::vector<std::thread> threads;
        for (int i = 0; i < options.threads; ++i) threads.emplace_back([&] { work(tally, next, start); });
        for (auto& thread : threads) thread.join();
    }
    std::printf(
        "{\"count\":%zu,\"seconds\":%.6f,\"bytes\":%llu,\"errors\":%ld,\"reused\":%ld,\"p50_us\":%.1f,\"p99_us\":%.1f}"
        "\n",
        tally.spent.size(), since(start), static_cast<unsigned long long>(tally.bytes.load()), tally.errors.load(),
        reused.load(), tally.quantile(0.5), tally.quantile(0.99));
    return tally.errors == 0 ? 0 : 1;
}
