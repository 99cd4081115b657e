#include "platform/base/log.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <optional>

namespace rogatory::log {
namespace {

std::atomic<Level> lowest{Level::info};
std::atomic<int> descriptor{-1};

std::string_view name_of(Level level) {
    switch (level) {
        case Level::debug:
            return "debug";
        case Level::info:
            return "info";
        case Level::warning:
            return "warning";
        case Level::error:
            return "error";
    }
    return {};
}

std::string_view name_of(Field field) {
    switch (field) {
        case Field::request_id:
            return "request_id";
        case Field::method:
            return "method";
        case Field::route:
            return "route";
        case Field::status:
            return "status";
        case Field::duration_us:
            return "duration_us";
        case Field::bytes_in:
            return "bytes_in";
        case Field::bytes_out:
            return "bytes_out";
        case Field::principal:
            return "principal";
        case Field::key:
            return "key";
        case Field::detail:
            return "detail";
        case Field::error:
            return "error";
        case Field::count:
            return "count";
        case Field::port:
            return "port";
        case Field::path:
            return "path";
        case Field::signal:
            return "signal";
        case Field::version:
            return "version";
    }
    return {};
}

// A value can hold no line break and no control byte: one event is one line, whatever it reports.
void append_quoted(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    constexpr std::size_t kMaxValueBytes = 512;
    out += '"';
    for (const char c : text.substr(0, kMaxValueBytes)) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte >= 0x7f) {
            out += "\\u00";
            out += kHex[byte >> 4U];
            out += kHex[byte & 15U];
        } else {
            out += c;
        }
    }
    out += '"';
}

std::string time_text() {
    const auto now = std::chrono::system_clock::now();
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    const std::time_t seconds = since / 1000;
    // Up to the second it is the same for many lines.
    thread_local std::time_t written = -1;
    thread_local std::string text;
    if (seconds != written) {
        std::tm parts{};
        gmtime_r(&seconds, &parts);
        std::array<char, 40> buffer{};
        text.assign(buffer.data(), std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%S", &parts));
        written = seconds;
    }
    const auto milliseconds = std::to_string(since % 1000);
    return text + '.' + std::string(3 - milliseconds.size(), '0') + milliseconds + 'Z';
}

// Whether whoever reads the log made room lately: one who does not is waited for once, and not with every line.
std::atomic<bool> reader_follows{true};

using Time = std::chrono::steady_clock::time_point;

// Until there is room again where writing does not wait by itself. False: not until then.
bool wait_for_room(int to, Time until) {
    if (!reader_follows.load(std::memory_order_relaxed)) return false;
    while (true) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
        pollfd room{to, POLLOUT, 0};
        const int ready = left > 0 ? ::poll(&room, 1, static_cast<int>(left)) : 0;
        if (ready > 0) return true;
        if (ready < 0 && errno == EINTR) continue;
        reader_follows.store(false, std::memory_order_relaxed);
        return false;
    }
}

// The last line that went out is without its end.
std::atomic<bool> line_is_cut{false};

// Waits half a second at most, however little whoever reads takes at a time: others wait behind it for their line.
void write_out(std::string_view lines) {
    constexpr std::chrono::milliseconds kLongest{500};
    if (lines.empty()) return;
    const int set = descriptor.load(std::memory_order_relaxed);
    const int to = set < 0 ? STDERR_FILENO : set;
    const bool after_cut = line_is_cut.exchange(false, std::memory_order_relaxed);
    std::string apart;
    if (after_cut) lines = apart.append("\n").append(lines);
    auto left = lines;
    std::optional<Time> until;
    while (!left.empty()) {
        const auto written = ::write(to, left.data(), left.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0 && errno == EAGAIN) {
            if (!until) until = std::chrono::steady_clock::now() + kLongest;
            if (wait_for_room(to, *until)) continue;
        }
        if (written <= 0) break;  // a log that cannot be written must not stop the server
        left.remove_prefix(static_cast<std::size_t>(written));
    }
    // A part that found room shows nobody who reads.
    if (left.empty()) reader_follows.store(true, std::memory_order_relaxed);
    const auto out = lines.substr(0, lines.size() - left.size());
    if (out.empty() ? after_cut : out.back() != '\n') line_is_cut.store(true, std::memory_order_relaxed);
}

// Lines that wait to be written together.
class Gathered {
public:
    void open(bool is_open) { open_.store(is_open, std::memory_order_relaxed); }

    // False where nothing gathers: the caller writes the line itself.
    bool take(std::string_view line, Level level) {
        if (!open_.load(std::memory_order_relaxed)) return false;
        bool first = false;
        bool now = level >= Level::warning;
        {
            const std::lock_guard guard{waiting_mutex_};
            first = waiting_.empty();
            waiting_ += line;
            now = now || waiting_.size() >= kMost;
        }
        if (now) {
            write();
        } else if (first) {
            came_.notify_one();
        }
        return true;
    }

    void write() {
        // One at a time from the taking to the end of the writing: lines stand in the order in which they came.
        const std::lock_guard alone{writing_mutex_};
        {
            const std::lock_guard guard{waiting_mutex_};
            waiting_.swap(written_);
        }
        write_out(written_);
        written_.clear();
    }

    // On the writer's thread.
    void serve(const std::stop_token& stopping) {
        constexpr std::chrono::milliseconds kLatest{100};
        std::unique_lock lock{waiting_mutex_};
        while (came_.wait(lock, stopping, [this] { return !waiting_.empty(); })) {
            came_.wait_for(lock, stopping, kLatest, [] { return false; });
            lock.unlock();
            write();
            lock.lock();
        }
    }

private:
    static constexpr std::size_t kMost = 65'536;
    std::atomic<bool> open_{false};
    std::mutex waiting_mutex_;
    std::condition_variable_any came_;
    std::string waiting_;
    std::mutex writing_mutex_;
    std::string written_;
};

Gathered gathered;

}  // namespace

Line::Line(Level level, std::string_view message)
    : wanted_{level >= lowest.load(std::memory_order_relaxed)}, level_{level} {
    if (!wanted_) return;
    text_ = R"({"time":")" + time_text() + R"(","level":")" + std::string{name_of(level)} + R"(","message":)";
    append_quoted(text_, message);
}

Line::~Line() {
    if (!wanted_) return;
    text_ += "}\n";
    if (!gathered.take(text_, level_)) write_out(text_);
}

Line& Line::add(Field field, std::string_view value) {
    if (!wanted_) return *this;
    text_ += ",\"" + std::string{name_of(field)} + "\":";
    append_quoted(text_, value);
    return *this;
}

Line& Line::add(Field field, std::int64_t value) {
    if (wanted_) text_ += ",\"" + std::string{name_of(field)} + "\":" + std::to_string(value);
    return *this;
}

Gathering::Gathering() : writer_{[](const std::stop_token& stopping) { gathered.serve(stopping); }} {
    gathered.open(true);
}

Gathering::~Gathering() {
    gathered.open(false);
    writer_.request_stop();
    writer_.join();
    gathered.write();
}

void set_level(Level level) { lowest = level; }
void set_descriptor(int to) { descriptor = to; }

}  // namespace rogatory::log
