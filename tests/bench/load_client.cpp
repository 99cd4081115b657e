// One client for every server that tests/bench/compare measures, so that what differs is the server: TLS 1.3 over
// loopback, blocking sockets, a thread a connection. Everything is bounded by a number or a time.
//
//   load_client MODE --port P [--path /x] [--seconds S | --count N] [--threads T] [--size BYTES] [--header 'K: V']…
//
//   hammer   the same as keep, and on after each 429, at once
//   keep     GETs over kept connections        new      a connection, one GET, the end of it (--resume: resumed)
//   get      GETs of something large           put      PUTs of --size bytes to PATH<number>
//   tus      creation and one PATCH of --size bytes each; --metadata FILE: a line of Upload-Metadata for each,
//            --beginning FILE: what each body begins with (a server may ask that it be an age file)
//   tus-whole  the same in one request (creation-with-upload)
//   idle     --count connections that have asked once and then say nothing for --seconds
//   append   the bodies of --bodies FILE, one a line, POSTed to PATH
//
// Prints one JSON object: {"count", "refused", "seconds", "bytes", "errors", "reused", "p50_us", "p99_us"}, where
// "refused" of "count" were answered 429; with `idle` a line "ready" first. Exit 1 when anything was answered otherwise
// than well.
#include <csignal>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include "tests/bench/connection.hpp"

using namespace rogatory::bench;

namespace {

struct Options {
    std::string mode;
    std::string path = "/";
    std::vector<std::string> lines;  // of --metadata or --bodies
    std::string beginning;
    double seconds = 2;
    long count = 0;  // 0: as many as fit into the time
    int threads = 1;
    std::size_t size = 1 << 20;
};
Options options;

bool send_body(Connection& connection, std::size_t size) {
    if (!connection.write(options.beginning.data(), options.beginning.size())) return false;
    for (std::size_t sent = options.beginning.size(); sent < size;) {
        const auto now = std::min(size - sent, payload().size());
        if (!connection.write(payload().data(), now)) return false;
        sent += now;
    }
    return true;
}

bool put(Connection& connection, long number, Answer& answer) {
    const auto length = "Content-Length: " + std::to_string(options.size) + "\r\n";
    return connection.ask("PUT", options.path + std::to_string(number), length) &&
           send_body(connection, options.size) && well(connection, answer);
}

const std::string kTusVersion = "Tus-Resumable: 1.0.0\r\n";
const std::string kTusBytes = "Content-Type: application/offset+octet-stream\r\n";

std::string tus_creation(long number) {
    auto create = kTusVersion + "Upload-Length: " + std::to_string(options.size) + "\r\n";
    if (!options.lines.empty())
        create += "Upload-Metadata: " + options.lines.at(static_cast<std::size_t>(number)) + "\r\n";
    return create;
}

bool tus_whole(Connection& connection, long number, Answer& answer) {
    const auto size = std::to_string(options.size);
    // A server may take none of the bytes and say so: that is no upload.
    return connection.ask("POST", options.path,
                          tus_creation(number) + kTusBytes + "Content-Length: " + size + "\r\n") &&
           send_body(connection, options.size) && well(connection, answer) && answer.field("upload-offset") == size;
}

bool tus(Connection& connection, long number, Answer& answer) {
    if (!connection.ask("POST", options.path, tus_creation(number) + "Content-Length: 0\r\n") ||
        !well(connection, answer)) {
        return false;
    }
    auto location = answer.field("location");
    if (const auto scheme = location.find("://"); scheme != std::string::npos) {
        location = location.substr(location.find('/', scheme + 3));
    }
    // The ticket of this upload stands for its owner from here on: a request names one bearer.
    const auto bearer = answer.field("upload-ticket");
    const auto headers = target.headers;
    const auto head = "PATCH " + location + " HTTP/1.1\r\nHost: localhost\r\n" + kTusVersion +
                      (bearer.empty() ? headers : "Authorization: Bearer " + bearer + "\r\n") + kTusBytes +
                      "Upload-Offset: 0\r\nContent-Length: " + std::to_string(options.size) + "\r\n\r\n";
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
    std::atomic<long> refused{0};

    double quantile(double q) {
        if (spent.empty()) return 0;
        const auto at = std::min(spent.size() - 1, static_cast<std::size_t>(q * static_cast<double>(spent.size())));
        std::nth_element(spent.begin(), spent.begin() + static_cast<std::ptrdiff_t>(at), spent.end());
        return spent[at];
    }
};

bool one(Connection& connection, long number, Answer& answer) {
    if (options.mode == "hammer") {
        return connection.ask("GET", options.path) && connection.answer(answer) &&
               (answer.status == 429 || answer.status / 100 == 2);
    }
    if (options.mode == "put") return put(connection, number, answer);
    if (options.mode == "tus") return tus(connection, number, answer);
    if (options.mode == "tus-whole") return tus_whole(connection, number, answer);
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
        if (answer.status == 429) ++tally.refused;
        tally.bytes += options.mode == "put" || options.mode.starts_with("tus") ? options.size : answer.bytes;
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
            target.resume = true;
            continue;
        }
        if (i + 1 == argc) return false;
        const std::string value = argv[++i];
        if (name == "--port")
            target.port = static_cast<std::uint16_t>(std::stoi(value));
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
            target.headers += value + "\r\n";
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
    prepare();

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
        "{\"count\":%zu,\"refused\":%ld,\"seconds\":%.6f,\"bytes\":%llu,\"errors\":%ld,\"reused\":%ld,\"p50_us\":%.1f,"
        "\"p99_us\":%.1f}"
        "\n",
        tally.spent.size(), tally.refused.load(), since(start), static_cast<unsigned long long>(tally.bytes.load()),
        tally.errors.load(), reused.load(), tally.quantile(0.5), tally.quantile(0.99));
    return tally.errors == 0 ? 0 : 1;
}
