#include "web/transport/listener.hpp"

#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <future>
#include <list>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include "platform/base/ensure.hpp"
#include "platform/base/log.hpp"
#include "web/transport/admission.hpp"
#include "web/transport/connection.hpp"
#include "web/transport/task.hpp"
#include "web/transport/wait.hpp"

namespace rogatory::transport {
namespace {

using net::ip::tcp;
constexpr std::chrono::milliseconds kTick{100};
constexpr int kAcceptAtOnce = 16;  // before those that are there have their turn

// Nothing is said where there is no memory to say it.
void tell(std::string_view what, std::string_view why) noexcept {
    try {
        log::Line{log::Level::error, what}.add(log::Field::error, why);
    } catch (const std::exception&) {
        return;
    }
}

// A connection's socket on its way from the listener to its thread.
class Taken {
public:
    explicit Taken(int descriptor) noexcept : descriptor_{descriptor} {}
    Taken(Taken&& other) noexcept : descriptor_{other.release()} {}
    Taken& operator=(Taken&&) = delete;
    ~Taken() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    [[nodiscard]] int get() const noexcept { return descriptor_; }
    int release() noexcept { return std::exchange(descriptor_, -1); }

private:
    int descriptor_;
};

// What one peer is, for its limits: an IPv6 host has a whole /64 of addresses to itself.
std::string address_key(const net::ip::address& address) {
    if (address.is_v6() && !address.to_v6().is_v4_mapped()) {
        auto bytes = address.to_v6().to_bytes();
        std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
        return net::ip::make_address_v6(bytes).to_string();
    }
    if (address.is_v6()) return net::ip::make_address_v4(net::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

}  // namespace

struct Workers::Pool {
    explicit Pool(unsigned count) : threads{count} {}
    net::thread_pool threads;
};
Workers::Workers(unsigned threads) : pool_{std::make_unique<Pool>(threads)} {}
Workers::~Workers() { pool_->threads.join(); }

// One I/O thread: its loop, its connections, its ticker.
class IoThread {
public:
    IoThread(Surroundings& around, const TlsContext* tls) : around_{around}, tls_{tls}, ticker_{context_} {}

    void start() {
        begin(tick(), &IoThread::report);
        thread_ = std::thread{[this] { run(); }};
    }
    net::io_context& context() { return context_; }

    // On this thread.
    void adopt(Taken descriptor, tcp protocol, Admission::Place taken) {
        boost::system::error_code error;
        Socket socket{context_};
        socket.assign(protocol, descriptor.get(), error);
        if (error) return;
        descriptor.release();
        socket.non_blocking(true, error);
        ssl_st* const session = tls_ == nullptr ? nullptr : tls_->make_session();
        const auto place =
            connections_.emplace(connections_.end(), around_, std::move(socket), session, std::move(taken));
        try {
            begin(place->serve(), [this, place](const std::exception_ptr& thrown) {
                report(thrown);
                connections_.erase(place);
            });
        } catch (const std::exception&) {
            connections_.erase(place);  // it has not begun
            throw;
        }
    }
    void end_idle() {
        net::post(context_, [this] {
            for (auto& connection : connections_) {
                if (connection.idle()) connection.stream().cut();
            }
        });
    }
    void end_all() {
        net::post(context_, [this] {
            for (auto& connection : connections_) connection.stream().cut();
        });
    }
    void finish() {
        net::post(context_, [this] {
            finished_ = true;
            ticker_.cancel();
        });
        thread_.join();
    }

private:
    // What a connection's beginning throws (no memory, no TLS session) costs that connection, not the thread.
    void run() {
        while (true) {
            try {
                context_.run();
                return;
            } catch (const std::exception&) {
                report(std::current_exception());
            }
        }
    }
    // Ends waits whose deadline has passed. One pass over the thread's connections in a tick costs less than a timer
    // for every wait of every connection.
    Task<void> tick() {
        while (!finished_) {
            ticker_.expires_after(kTick);
            co_await passed(ticker_);
            const auto now = Stream::Clock::now();
            for (auto& connection : connections_) {
                if (connection.stream().deadline() < now) connection.stream().cut();
            }
            give_memory_back();
        }
    }
    // By itself malloc keeps what many connections had until as many come again. Not worth ending the ticker for.
    void give_memory_back() noexcept {
        constexpr std::size_t kMany = 256;
        most_ = std::max(most_, connections_.size());
        if (most_ < kMany || connections_.size() > most_ / 8) return;
        try {
            net::post(around_.workers, [] { ::malloc_trim(0); });
            most_ = connections_.size();
        } catch (const std::exception&) {
            return;  // no memory to ask with: at the next tick
        }
    }
    // One of the three places where exceptions end: a bug in one connection ends that connection.
    static void report(const std::exception_ptr& thrown) {
        if (!thrown) return;
        try {
            std::rethrow_exception(thrown);
        } catch (const std::exception& bug) {
            tell("a connection ended by an exception", bug.what());
        }
    }

    Surroundings& around_;
    const TlsContext* tls_;
    net::io_context context_{1};
    Timer ticker_;
    std::list<Connection> connections_;
    std::size_t most_ = 0;  // connections, since memory was given back
    bool finished_ = false;
    std::thread thread_;
};

class Listener::Loops {
public:
    Loops(http::Application& application, Workers& workers, const TlsContext* tls, ListenOptions options)
        : options_{std::move(options)},
          around_{application, workers.pool_->threads, options_.limits},
          admission_{options_.limits.connections, options_.limits.connections_per_address} {
        ensure(options_.io_threads > 0, "a listener has a thread");
        for (unsigned i = 0; i < options_.io_threads; ++i) {
            threads_.push_back(std::make_unique<IoThread>(around_, tls));
        }
        acceptor_ = std::make_unique<Acceptor>(threads_.front()->context());
    }

    Result<> listen() {
        boost::system::error_code error;
        if (options_.descriptor >= 0) {
            acceptor_->assign(tcp::v6(), options_.descriptor, error);
        } else {
            const auto address = net::ip::make_address(options_.address, error);
            if (error) return fail(ErrorCode::invalid_input, "config.address", error.message());
            const tcp::endpoint endpoint{address, options_.port};
            acceptor_->open(endpoint.protocol(), error);
            if (!error) acceptor_->set_option(Acceptor::reuse_address{true}, error);
            if (!error) acceptor_->bind(endpoint, error);
            if (!error) acceptor_->listen(net::socket_base::max_listen_connections, error);
        }
        // Connections have from their listener that nothing they send is held back.
        if (!error) acceptor_->set_option(tcp::no_delay{true}, error);
        if (!error) acceptor_->non_blocking(true, error);
        if (error) return fail(ErrorCode::unavailable, "server.listen", error.message());
        port_ = acceptor_->local_endpoint().port();
        for (const auto& thread : threads_) thread->start();
        net::post(threads_.front()->context(), [this] {
            begin(accept(), [](const std::exception_ptr& thrown) {
                if (thrown) tell("accepting ended by an exception", "");
            });
        });
        return {};
    }

    void stop() {
        if (stopped_) return;
        stopped_ = true;
        around_.stopping = true;
        // Waited for: a connection that is taken meanwhile is counted by then, or never taken.
        std::promise<void> closed;
        net::post(threads_.front()->context(), [this, &closed] {
            boost::system::error_code ignored;
            acceptor_->close(ignored);
            closed.set_value();
        });
        closed.get_future().wait();
        const auto until = std::chrono::steady_clock::now() + options_.limits.stop;
        while (admission_.total() != 0 && std::chrono::steady_clock::now() < until) {
            for (const auto& thread : threads_) thread->end_idle();
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        // What is on a worker now ends when the worker is done; its reply finds a cut stream.
        while (admission_.total() != 0) {
            for (const auto& thread : threads_) thread->end_all();
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        for (const auto& thread : threads_) thread->finish();
    }

    std::uint16_t port() const { return port_; }
    std::size_t connections() const { return admission_.total(); }

private:
    enum class Accepted { one, none, not_now };

    Task<void> accept() {
        Timer pause{threads_.front()->context()};
        while (!around_.stopping) {
            const auto error = co_await ready(*acceptor_, net::socket_base::wait_read);
            if (error == net::error::operation_aborted || around_.stopping) co_return;
            auto last = error ? Accepted::not_now : Accepted::one;
            for (int taken = 0; last == Accepted::one && taken < kAcceptAtOnce; ++taken) last = accept_or_wait();
            if (last != Accepted::not_now) continue;
            // Out of descriptors, most likely: those we have must go on, so wait instead of spinning.
            pause.expires_after(kTick);
            co_await passed(pause);
        }
    }

    // Want of memory costs the connection that was taken, not those that come later.
    Accepted accept_or_wait() {
        try {
            return accept_one();
        } catch (const std::exception& failure) {
            tell("a connection was not taken", failure.what());
            return Accepted::not_now;
        }
    }

    // By the call itself: Asio would ask for the peer's address anew, and watch the socket on this thread before it is
    // watched on its own.
    Accepted accept_one() {
        tcp::endpoint remote;
        auto size = static_cast<socklen_t>(remote.capacity());
        Taken descriptor{::accept4(acceptor_->native_handle(), remote.data(), &size, SOCK_CLOEXEC | SOCK_NONBLOCK)};
        if (descriptor.get() < 0) {
            if (errno == EAGAIN) return Accepted::none;
            // Of one that has gone meanwhile the kernel tells the network's error; the next is there all the same.
            const bool ours = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
            return ours ? Accepted::not_now : Accepted::one;
        }
        remote.resize(size);
        auto taken = admission_.enter(address_key(remote.address()));
        if (!taken) return Accepted::one;
        auto& home = *threads_[next_++ % threads_.size()];
        net::post(home.context(), [&home, descriptor = std::move(descriptor), protocol = remote.protocol(),
                                   taken = std::move(*taken)]() mutable {
            home.adopt(std::move(descriptor), protocol, std::move(taken));
        });
        return Accepted::one;
    }

    const ListenOptions options_;
    Surroundings around_;
    Admission admission_;
    std::vector<std::unique_ptr<IoThread>> threads_;
    std::unique_ptr<Acceptor> acceptor_;
    std::uint16_t port_ = 0;
    std::size_t next_ = 0;
    bool stopped_ = false;
};

Listener::Listener(std::unique_ptr<Loops> loops) : loops_{std::move(loops)} {}
// NOLINTNEXTLINE(bugprone-exception-escape): a listener that cannot be stopped ends the process, and should.
Listener::~Listener() { loops_->stop(); }

Result<std::unique_ptr<Listener>> Listener::open(http::Application& application, Workers& workers,
                                                 const TlsContext* tls, ListenOptions options) {
    auto loops = std::make_unique<Loops>(application, workers, tls, std::move(options));
    if (auto listening = loops->listen(); !listening) return fail(std::move(listening).error());
    return std::unique_ptr<Listener>{new Listener{std::move(loops)}};
}

std::uint16_t Listener::port() const { return loops_->port(); }
std::size_t Listener::connections() const { return loops_->connections(); }
void Listener::stop() { loops_->stop(); }

}  // namespace rogatory::transport
