#include "web/transport/listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "platform/base/ensure.hpp"
#include "platform/base/log.hpp"
#include "web/transport/admission.hpp"
#include "web/transport/connection.hpp"

namespace rogatory::transport {
namespace {

using net::ip::tcp;
constexpr auto kAwait = net::as_tuple(net::use_awaitable);
constexpr std::chrono::milliseconds kTick{100};

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
        net::co_spawn(context_, tick(), &IoThread::report);
        thread_ = std::thread{[this] { run(); }};
    }
    net::io_context& context() { return context_; }

    // On this thread. `taken` is given back when the connection is gone, or when it could not be made.
    void adopt(int descriptor, tcp protocol, std::string peer, std::shared_ptr<void> taken) {
        boost::system::error_code error;
        tcp::socket socket{context_};
        socket.assign(protocol, descriptor, error);
        if (error) {
            ::close(descriptor);
            return;
        }
        socket.non_blocking(true, error);
        socket.set_option(tcp::no_delay{true}, error);
        ssl_st* const session = tls_ == nullptr ? nullptr : tls_->make_session(descriptor);
        const auto place = connections_.insert(connections_.end(),
                                               std::make_unique<Connection>(around_, std::move(socket), session, peer));
        auto serving = (*place)->serve();
        auto gone = [this, place, taken = std::move(taken)](const std::exception_ptr& thrown) {
            report(thrown);
            connections_.erase(place);
        };
        net::co_spawn(context_, std::move(serving), std::move(gone));
    }
    void end_idle() {
        net::post(context_, [this] {
            for (const auto& connection : connections_) {
                if (connection->idle()) connection->stream().cut();
            }
        });
    }
    void end_all() {
        net::post(context_, [this] {
            for (const auto& connection : connections_) connection->stream().cut();
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
    net::awaitable<void> tick() {
        while (!finished_) {
            ticker_.expires_after(kTick);
            co_await ticker_.async_wait(kAwait);
            const auto now = Stream::Clock::now();
            for (const auto& connection : connections_) {
                if (connection->stream().deadline() < now) connection->stream().cut();
            }
        }
    }
    // One of the three places where exceptions end: a bug in one connection ends that connection.
    static void report(const std::exception_ptr& thrown) {
        if (!thrown) return;
        try {
            std::rethrow_exception(thrown);
        } catch (const std::exception& bug) {
            log::Line{log::Level::error, "a connection ended by an exception"}.add(log::Field::error, bug.what());
        }
    }

    Surroundings& around_;
    const TlsContext* tls_;
    net::io_context context_{1};
    net::steady_timer ticker_;
    std::list<std::unique_ptr<Connection>> connections_;
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
        acceptor_ = std::make_unique<tcp::acceptor>(threads_.front()->context());
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
            if (!error) acceptor_->set_option(tcp::acceptor::reuse_address{true}, error);
            if (!error) acceptor_->bind(endpoint, error);
            if (!error) acceptor_->listen(net::socket_base::max_listen_connections, error);
        }
        if (error) return fail(ErrorCode::unavailable, "server.listen", error.message());
        port_ = acceptor_->local_endpoint().port();
        for (const auto& thread : threads_) thread->start();
        net::co_spawn(threads_.front()->context(), accept(), [](const std::exception_ptr& thrown) {
            if (thrown) log::Line{log::Level::error, "accepting ended by an exception"};
        });
        return {};
    }

    void stop() {
        if (stopped_) return;
        stopped_ = true;
        around_.stopping = true;
        net::post(threads_.front()->context(), [this] {
            boost::system::error_code ignored;
            acceptor_->close(ignored);
        });
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
    net::awaitable<void> accept() {
        std::size_t next = 0;
        net::steady_timer pause{threads_.front()->context()};
        while (!around_.stopping) {
            auto [error, socket] = co_await acceptor_->async_accept(kAwait);
            if (error == net::error::operation_aborted) co_return;
            if (error) {
                // Out of descriptors, most likely: those we have must go on, so wait instead of spinning.
                pause.expires_after(kTick);
                co_await pause.async_wait(kAwait);
                continue;
            }
            boost::system::error_code gone;
            const auto remote = socket.remote_endpoint(gone);
            if (gone) continue;
            auto peer = address_key(remote.address());
            if (!admission_.enter(peer)) continue;  // the socket closes
            std::shared_ptr<void> taken{nullptr, [this, peer](void*) { admission_.leave(peer); }};
            const auto protocol = remote.protocol();
            const int descriptor = socket.release(gone);
            auto& home = *threads_[next++ % threads_.size()];
            auto adopt = [&home, descriptor, protocol, peer = std::move(peer), taken = std::move(taken)]() mutable {
                home.adopt(descriptor, protocol, std::move(peer), std::move(taken));
            };
            net::post(home.context(), std::move(adopt));
        }
    }

    const ListenOptions options_;
    Surroundings around_;
    Admission admission_;
    std::vector<std::unique_ptr<IoThread>> threads_;
    std::unique_ptr<tcp::acceptor> acceptor_;
    std::uint16_t port_ = 0;
    bool stopped_ = false;
};

Listener::Listener(std::unique_ptr<Loops> loops) : loops_{std::move(loops)} {}
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
