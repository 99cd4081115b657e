#pragma once

#include <array>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <utility>

#include "platform/base/ensure.hpp"

namespace rogatory::transport {

namespace net = boost::asio;

// Asio's default types hold any executor and pay for that at each step; ours all run on the one io_context of their
// thread, so theirs is named.
using Executor = net::io_context::executor_type;
using Socket = net::basic_stream_socket<net::ip::tcp, Executor>;
using Acceptor = net::basic_socket_acceptor<net::ip::tcp, Executor>;
using Timer =
    net::basic_waitable_timer<std::chrono::steady_clock, net::wait_traits<std::chrono::steady_clock>, Executor>;

namespace detail {

// One wait of a coroutine for Asio, in the frame that waits: the room that Asio needs for it is a part, so that a wait
// asks for no memory and a waiting connection has no block of whatever size was at hand.
class Waiting {
public:
    Waiting() = default;
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    // With the error: a failed wait is an ordinary end of a connection, not an exception.
    [[nodiscard]] boost::system::error_code await_resume() const noexcept { return error_; }

protected:
    static constexpr std::size_t kRoomBytes = 96;

    template <class T>
    class InPlace {
    public:
        using value_type = T;
        explicit InPlace(Waiting* waiting) noexcept : waiting_{waiting} {}
        template <class Other>
        InPlace(const InPlace<Other>& other) noexcept : waiting_{other.waiting_} {}  // NOLINT: as allocators convert

        // Asio asks once for each wait, and gives it back before it tells the handler.
        [[nodiscard]] T* allocate(std::size_t) const {
            static_assert(sizeof(T) <= kRoomBytes && alignof(T) <= alignof(std::max_align_t));
            ensure(!std::exchange(waiting_->taken_, true), "Asio asks once for each wait");
            return reinterpret_cast<T*>(waiting_->room_.data());
        }
        void deallocate(T*, std::size_t) const noexcept { waiting_->taken_ = false; }
        template <class Other>
        [[nodiscard]] bool operator==(const InPlace<Other>& other) const noexcept {
            return waiting_ == other.waiting_;
        }

    private:
        template <class>
        friend class InPlace;
        Waiting* waiting_;
    };

    class Handler {
    public:
        using allocator_type = InPlace<void>;
        explicit Handler(Waiting* waiting) noexcept : waiting_{waiting} {}
        [[nodiscard]] allocator_type get_allocator() const noexcept { return allocator_type{waiting_}; }
        void operator()(const boost::system::error_code& error = {}) const {
            waiting_->error_ = error;
            waiting_->coroutine_.resume();
        }

    private:
        Waiting* waiting_;
    };

    [[nodiscard]] Handler suspended(std::coroutine_handle<> coroutine) noexcept {
        coroutine_ = coroutine;
        return Handler{this};
    }

private:
    alignas(std::max_align_t) std::array<std::byte, kRoomBytes> room_;  // NOLINT: raw until Asio makes something of it
    std::coroutine_handle<> coroutine_;
    boost::system::error_code error_;
    bool taken_ = false;
};

}  // namespace detail

// `co_await Wait{start}`: start(handler) begins something of Asio's that the handler ends.
template <class Start>
class Wait : public detail::Waiting {
public:
    explicit Wait(Start start) : start_{std::move(start)} {}
    void await_suspend(std::coroutine_handle<> coroutine) { start_(suspended(coroutine)); }

private:
    Start start_;
};

template <class Waitable>
[[nodiscard]] auto ready(Waitable& socket, net::socket_base::wait_type kind) {
    return Wait{[&socket, kind](auto handler) { socket.async_wait(kind, std::move(handler)); }};
}
[[nodiscard]] inline auto passed(Timer& timer) {
    return Wait{[&timer](auto handler) { timer.async_wait(std::move(handler)); }};
}
// Whatever else waits for this thread goes first.
[[nodiscard]] inline auto turn(const Executor& executor) {
    return Wait{[executor](auto handler) { net::post(executor, std::move(handler)); }};
}

}  // namespace rogatory::transport
