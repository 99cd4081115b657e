// What the server's coroutines rest on: tasks, waits and the way to a socket.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/thread_pool.hpp>
#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "platform/base/bytes.hpp"
#include "web/transport/offload.hpp"
#include "web/transport/task.hpp"
#include "web/transport/wait.hpp"
#include "web/transport/wire.hpp"

namespace rogatory::transport {
namespace {

Task<int> one() { co_return 1; }

Task<int> fails_at(int number, int which) {
    if (number == which) throw std::runtime_error{"as asked"};
    co_return number;
}

Task<void> adds(int times, int& sum) {
    for (int i = 0; i < times; ++i) sum += co_await one();
}

Task<void> turns(Executor executor, int times, int& sum) {
    for (int i = 0; i < times; ++i) {
        co_await turn(executor);
        sum += co_await one();
    }
}

Task<void> works_elsewhere(net::thread_pool& workers, Executor home, std::thread::id& where, bool throws) {
    auto work = [&where, throws] {
        where = std::this_thread::get_id();
        if (throws) throw std::runtime_error{"on a worker"};
    };
    Offload away{workers, home, work};
    co_await away;
}

Task<void> waits(Timer& timer, boost::system::error_code& told) {
    timer.expires_after(std::chrono::hours{1});
    told = co_await passed(timer);
}

struct End {
    bool came = false;
    std::string thrown;
};
auto tell(End& end) {
    return [&end](const std::exception_ptr& thrown) {
        end.came = true;
        try {
            if (thrown) std::rethrow_exception(thrown);
        } catch (const std::exception& bug) {
            end.thrown = bug.what();
        }
    };
}

struct Pair {
    std::array<int, 2> ends{-1, -1};
    Pair() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0); }
    ~Pair() {
        for (const int end : ends) ::close(end);
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;
};

}  // namespace

TEST_CASE("tasks that end without a wait follow one another on the same stack", "[web][transport]") {
    End end;
    int sum = 0;
    begin(adds(1'000'000, sum), tell(end));
    CHECK(end.came);
    CHECK(end.thrown.empty());
    CHECK(sum == 1'000'000);
}

TEST_CASE("tasks that wait follow one another on the same stack", "[web][transport]") {
    net::io_context context{1};
    End end;
    int sum = 0;
    begin(turns(context.get_executor(), 200'000, sum), tell(end));
    CHECK_FALSE(end.came);
    context.run();
    CHECK(end.came);
    CHECK(sum == 200'000);
}

TEST_CASE("what a task throws is thrown where it is awaited", "[web][transport]") {
    End end;
    int reached = 0;
    const auto all = [](int& last) -> Task<void> {
        for (int i = 0; i < 5; ++i) last = co_await fails_at(i, 3);
    };
    begin(all(reached), tell(end));
    CHECK(reached == 2);
    CHECK(end.thrown == "as asked");
}

TEST_CASE("work for a worker is done there, and its exception comes back", "[web][transport]") {
    net::io_context context{1};
    net::thread_pool workers{1};
    for (const bool throws : {false, true}) {
        End end;
        std::thread::id where;
        begin(works_elsewhere(workers, context.get_executor(), where, throws), tell(end));
        context.restart();
        context.run();
        CHECK(end.came);
        CHECK(end.thrown == (throws ? "on a worker" : ""));
        CHECK(where != std::thread::id{});
        CHECK(where != std::this_thread::get_id());
    }
    workers.join();
}

TEST_CASE("a wait that is called off tells so", "[web][transport]") {
    net::io_context context{1};
    Timer timer{context.get_executor()};
    End end;
    boost::system::error_code told;
    begin(waits(timer, told), tell(end));
    timer.cancel();
    context.run();
    CHECK(end.came);
    CHECK(told == net::error::operation_aborted);
}

TEST_CASE("a wire that was read empty asks the kernel again after an event", "[web][transport]") {
    const Pair pair;
    Wire here{pair.ends[0]};
    Wire there{pair.ends[1]};
    std::array<std::uint8_t, 8> room{};

    CHECK(here.receive(room) == -1);
    CHECK(errno == EAGAIN);
    REQUIRE(there.send(as_bytes("abc")) == 3);
    CHECK(here.receive(room) == 3);
    REQUIRE(there.send(as_bytes("defghijkl")) == 9);
    CHECK(here.receive(room) == -1);  // the last read was short: nothing is asked
    CHECK(errno == EAGAIN);
    here.look_again();
    CHECK(here.receive(room) == 8);
    CHECK(here.receive(room) == 1);  // a full read says nothing of what follows

    here.look_again();
    ::shutdown(pair.ends[1], SHUT_WR);
    CHECK(here.receive(room) == 0);
    CHECK(here.receive(room) == 0);
    ::shutdown(pair.ends[0], SHUT_RDWR);
    CHECK(there.send(as_bytes("x")) == -1);  // and no SIGPIPE
}

}  // namespace rogatory::transport
