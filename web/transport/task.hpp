#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace rogatory::transport {

// A coroutine of one I/O thread. It begins when it is awaited and ends before whoever awaits it goes on; what it throws
// is thrown there. Asio's own (net::awaitable) keeps a stack of frames for each connection beside the coroutines, and
// asks for memory at each wait: a waiting connection held 0.5 KiB more for it.
template <class T>
class Task;

namespace detail {

class Promise {
public:
    Promise() = default;
    Promise(const Promise&) = delete;
    Promise& operator=(const Promise&) = delete;

    [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
    [[nodiscard]] auto final_suspend() const noexcept { return Last{}; }
    void unhandled_exception() noexcept { thrown_ = std::current_exception(); }

    void continue_with(std::coroutine_handle<> awaiting) noexcept { awaiting_ = awaiting; }
    void rethrow() const {
        if (thrown_) std::rethrow_exception(thrown_);
    }

private:
    struct Last {
        [[nodiscard]] bool await_ready() const noexcept { return false; }
        template <class OfTask>
        [[nodiscard]] std::coroutine_handle<> await_suspend(std::coroutine_handle<OfTask> ended) const noexcept {
            const auto awaiting = ended.promise().awaiting_;
            return awaiting ? awaiting : std::noop_coroutine();
        }
        void await_resume() const noexcept {}
    };

    std::coroutine_handle<> awaiting_;  // nobody: it has not waited yet
    std::exception_ptr thrown_;
};

template <class T>
class ValuePromise : public Promise {
public:
    [[nodiscard]] Task<T> get_return_object() noexcept;
    template <class From>
    requires std::is_constructible_v<T, From&&>
    void return_value(From&& value) { value_.emplace(std::forward<From>(value)); }
    [[nodiscard]] T result() {
        rethrow();
        return std::move(*value_);
    }

private:
    std::optional<T> value_;
};

template <>
class ValuePromise<void> : public Promise {
public:
    [[nodiscard]] Task<void> get_return_object() noexcept;
    void return_void() const noexcept {}
    void result() const { rethrow(); }
};

}  // namespace detail

template <class T>
class [[nodiscard]] Task {
public:
    using promise_type = detail::ValuePromise<T>;
    using Handle = std::coroutine_handle<promise_type>;

    explicit Task(Handle coroutine) noexcept : coroutine_{coroutine} {}
    Task(Task&& other) noexcept : coroutine_{std::exchange(other.coroutine_, nullptr)} {}
    Task& operator=(Task&&) = delete;
    ~Task() {
        if (coroutine_) coroutine_.destroy();
    }

    // It is awaited once.
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    // Most end without a wait, and whoever awaits them goes on where it is: however many follow one another, the stack
    // does not grow, in builds without tail calls either.
    [[nodiscard]] bool await_suspend(std::coroutine_handle<> awaiting) const {
        coroutine_.resume();
        if (coroutine_.done()) return false;
        coroutine_.promise().continue_with(awaiting);
        return true;
    }
    [[nodiscard]] T await_resume() const { return coroutine_.promise().result(); }

private:
    Handle coroutine_;
};

template <class T>
Task<T> detail::ValuePromise<T>::get_return_object() noexcept {
    return Task<T>{std::coroutine_handle<ValuePromise>::from_promise(*this)};
}
inline Task<void> detail::ValuePromise<void>::get_return_object() noexcept {
    return Task<void>{std::coroutine_handle<ValuePromise>::from_promise(*this)};
}

// What nobody awaits.
class Begun;

namespace detail {

struct BegunPromise {
    [[nodiscard]] Begun get_return_object() const noexcept;
    [[nodiscard]] std::suspend_never initial_suspend() const noexcept { return {}; }
    [[nodiscard]] std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
};

}  // namespace detail

class Begun {
public:
    using promise_type = detail::BegunPromise;
};

inline Begun detail::BegunPromise::get_return_object() const noexcept { return {}; }

// Lets `task` go on by itself, on the thread that calls; `ended` is told what it threw, or null.
template <class Ended>
Begun begin(Task<void> task, Ended ended) {
    std::exception_ptr thrown;
    try {
        co_await task;
    } catch (...) {
        // Handed to `ended`, which reports it: one of the three boundaries.
        thrown = std::current_exception();
    }
    ended(thrown);
}

}  // namespace rogatory::transport
