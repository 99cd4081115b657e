#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "platform/base/log.hpp"

using namespace rogatory;

namespace {

// The log goes into a pipe while this lives.
class Listening {
public:
    Listening() {
        REQUIRE(::pipe(ends_.data()) == 0);
        REQUIRE(::fcntl(ends_[0], F_SETFL, O_NONBLOCK) == 0);
        log::set_descriptor(ends_[1]);
    }
    ~Listening() {
        log::set_descriptor(-1);
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;

    // Writing does not wait any more where nobody reads.
    void without_waiting() const { REQUIRE(::fcntl(ends_[1], F_SETFL, O_NONBLOCK) == 0); }
    // One piece of what has been written, where there is any.
    [[nodiscard]] bool hears_a_little() const {
        std::array<char, 4'096> piece{};
        return ::read(ends_[0], piece.data(), piece.size()) > 0;
    }
    // What has been written since the last call.
    std::string heard() const {
        std::string all;
        std::array<char, 65'536> piece{};
        while (true) {
            const auto got = ::read(ends_[0], piece.data(), piece.size());
            if (got <= 0) return all;
            all.append(piece.data(), static_cast<std::size_t>(got));
        }
    }

private:
    std::array<int, 2> ends_{};
};

void say(log::Level level, int number) { log::Line{level, "told"}.add(log::Field::count, number); }

std::vector<int> numbers(const std::string& lines) {
    std::vector<int> found;
    constexpr std::string_view kBefore = "\"count\":";
    for (auto at = lines.find(kBefore); at != std::string::npos; at = lines.find(kBefore, at + 1)) {
        int number = -1;
        std::from_chars(lines.data() + at + kBefore.size(), lines.data() + lines.size(), number);
        found.push_back(number);
    }
    return found;
}

// No line of the log has another one within it, where it was cut.
void check_apart(const std::string& heard) {
    std::istringstream lines{heard};
    for (std::string line; std::getline(lines, line);) {
        if (line.empty()) continue;
        CHECK(line.front() == '{');
        CHECK(line.find('{', 1) == std::string::npos);
    }
}

}  // namespace

TEST_CASE("a line is written when it ends", "[log]") {
    const Listening log;
    say(log::Level::info, 1);
    CHECK(numbers(log.heard()) == std::vector{1});
    say(log::Level::debug, 2);
    CHECK(log.heard().empty());
}

TEST_CASE("gathered lines go out soon, in order, and all of them", "[log]") {
    const Listening log;
    SECTION("by themselves") {
        const log::Gathering gathering;
        say(log::Level::info, 1);
        say(log::Level::info, 2);
        std::string heard;
        for (int tries = 0; tries < 1'000 && numbers(heard).size() < 2; ++tries) {
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
            heard += log.heard();
        }
        CHECK(numbers(heard) == std::vector{1, 2});
    }
    SECTION("a warning takes what came before it with it") {
        const log::Gathering gathering;
        say(log::Level::info, 1);
        say(log::Level::warning, 2);
        // Nobody waits here: 1 went out before it or with it.
        CHECK(numbers(log.heard()) == std::vector{1, 2});
    }
    SECTION("the end waits for none") {
        {
            const log::Gathering gathering;
            say(log::Level::info, 1);
        }
        CHECK(numbers(log.heard()) == std::vector{1});
        say(log::Level::info, 2);
        CHECK(numbers(log.heard()) == std::vector{2});
    }
}

TEST_CASE("lines of many threads stand whole, each thread's in its order", "[log]") {
    const Listening log;
    constexpr int kThreads = 4;
    constexpr int kLines = 100;  // less than a pipe holds
    {
        const log::Gathering gathering;
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < kThreads; ++thread) {
            threads.emplace_back([thread] {
                for (int line = 0; line < kLines; ++line) {
                    say(line % 10 == 9 ? log::Level::error : log::Level::info, thread * kLines + line);
                }
            });
        }
    }
    const auto found = numbers(log.heard());
    REQUIRE(found.size() == kThreads * kLines);
    std::array<int, kThreads> next{};
    for (const int number : found) CHECK(number % kLines == next.at(static_cast<std::size_t>(number / kLines))++);
}

TEST_CASE("where writing does not wait, a reader who is slow gets every line", "[log]") {
    const Listening log;
    log.without_waiting();
    constexpr int kLines = 3'000;  // several times what a pipe holds
    std::string heard;
    {
        const log::Gathering gathering;
        const std::jthread writer{[] {
            for (int line = 0; line < kLines; ++line) say(log::Level::info, line);
        }};
        // Nothing but reading: who takes nothing for half a second has stopped.
        const std::string last = "\"count\":" + std::to_string(kLines - 1);
        for (int tries = 0; tries < 1'000 && heard.find(last) == std::string::npos; ++tries) {
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
            heard += log.heard();
        }
    }
    heard += log.heard();
    std::vector<int> all(kLines);
    for (int line = 0; line < kLines; ++line) all[static_cast<std::size_t>(line)] = line;
    CHECK(numbers(heard) == all);
}

TEST_CASE("a reader who has stopped holds the server up once, and hears the next lines", "[log]") {
    const Listening log;
    log.without_waiting();
    const auto begun = std::chrono::steady_clock::now();
    for (int line = 0; line < 3'000; ++line) say(log::Level::info, line);
    const auto took = std::chrono::steady_clock::now() - begun;
    CHECK(took >= std::chrono::milliseconds{500});
    CHECK(took < std::chrono::seconds{60});  // waited for with each line, it would take far longer
    CHECK_FALSE(log.heard().empty());
    say(log::Level::info, 3'000);
    CHECK(numbers(log.heard()).back() == 3'000);
}

TEST_CASE("under a gathering a reader who has stopped holds nobody up for long, and what comes then stands apart",
          "[log]") {
    const Listening log;
    log.without_waiting();
    std::string heard;
    {
        const log::Gathering gathering;
        const auto begun = std::chrono::steady_clock::now();
        {
            std::vector<std::jthread> threads;
            for (int thread = 0; thread < 4; ++thread) {
                threads.emplace_back([thread] {
                    for (int line = 0; line < 1'000; ++line) {
                        // Together far longer than what is written at once or not at all.
                        log::Line{line % 100 == 99 ? log::Level::warning : log::Level::info, "told"}
                            .add(log::Field::detail, std::string(300, 'x'))
                            .add(log::Field::count, thread * 1'000 + line);
                    }
                });
            }
        }
        const auto longest = std::chrono::steady_clock::now() - begun;
        CHECK(longest >= std::chrono::milliseconds{500});
        CHECK(longest < std::chrono::seconds{10});  // half of what the forty warnings would wait
        heard = log.heard();
        // There is room again: the next one is there, whole, and begins a line of its own.
        say(log::Level::warning, 4'000);
        heard += log.heard();
    }
    CHECK(heard.back() == '\n');
    CHECK(numbers(heard.substr(heard.rfind('\n', heard.size() - 2))) == std::vector{4'000});
    check_apart(heard);
}

TEST_CASE("a reader who takes a little at a time holds a writing up for half a second", "[log]") {
    const Listening log;
    log.without_waiting();
    const log::Gathering gathering;
    std::atomic<int> pieces{0};
    std::jthread slow{[&](const std::stop_token& stopping) {
        do {
            std::this_thread::sleep_for(std::chrono::milliseconds{200});
            ++pieces;
        } while (log.hears_a_little() && !stopping.stop_requested());
    }};
    for (int line = 0; line < 1'500; ++line) say(log::Level::info, line);  // more than a pipe holds and is gathered
    const int before = pieces;
    say(log::Level::warning, 1'500);
    // By what the reader took meanwhile: it stands still when the machine does.
    CHECK(pieces - before < 12);
    slow.request_stop();
    slow.join();
}
