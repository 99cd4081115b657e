#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <coroutine>
#include <exception>

#include "web/transport/wait.hpp"

namespace rogatory::transport {

// `co_await Offload{workers, home, work}`: runs `work()` on a worker thread while the connection's own, that of `home`,
// goes on with others; what it throws is thrown here. `work` lives in the awaiting frame and is touched by one thread
// at a time.
template <class Work>
class Offload {
public:
    Offload(net::thread_pool& workers, const Executor& home, Work& work)
        : workers_{workers}, home_{home}, work_{work} {}
    Offload(const Offload&) = delete;
    Offload& operator=(const Offload&) = delete;

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> coroutine) {
        net::post(workers_, [this, coroutine, guard = net::make_work_guard(home_)] {
            try {
                work_();
            } catch (...) {
                // Carried over to the coroutine that waits; where that ends is one of the three boundaries.
                thrown_ = std::current_exception();
            }
            net::post(guard.get_executor(), [coroutine] { coroutine.resume(); });
        });
    }
    void await_resume() const {
        if (thrown_) std::rethrow_exception(thrown_);
    }

private:
    net::thread_pool& workers_;
    Executor home_;
    Work& work_;
    std::exception_ptr thrown_;
};

}  // namespace rogatory::transport
