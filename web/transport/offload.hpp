#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

namespace rogatory::transport {

namespace net = boost::asio;

// Runs `work()` on a worker thread while the connection's own thread goes on with others; what it throws is thrown
// here. `work` lives in the awaiting frame and is touched by one thread at a time.
template <class Work>
net::awaitable<void> offload(net::thread_pool& workers, Work& work) {
    std::exception_ptr thrown;
    auto initiation = [](auto handler, net::thread_pool* pool, Work* job, std::exception_ptr* caught) {
        auto home = net::get_associated_executor(handler);
        auto guard = net::make_work_guard(home);
        net::post(*pool, [job, caught, handler = std::move(handler), guard = std::move(guard)]() mutable {
            try {
                (*job)();
            } catch (...) {
                // Carried over to the coroutine that waits, whose spawn handler is one of the three boundaries.
                *caught = std::current_exception();
            }
            net::post(guard.get_executor(), std::move(handler));
        });
    };
    auto* const pool = &workers;
    auto* const job = &work;
    auto* const caught = &thrown;
    co_await net::async_initiate<const net::use_awaitable_t<>, void()>(initiation, net::use_awaitable, pool, job,
                                                                       caught);
    if (thrown) std::rethrow_exception(thrown);
}

}  // namespace rogatory::transport
