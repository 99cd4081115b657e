#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace rogatory::middleware {

// Which answers were short and quick when they were given last: those are given on the connection's own thread the next
// time, since to hand one over costs as much as a short reading. A list or a chain is as large as it has become, so its
// route cannot say. Whoever was slow once is handed over again; so is what was never asked for.
//
// Each caller's apart, for one path is another list to everybody; and what was not answered with the list says nothing
// of how long that is.
//
// Any thread may ask and note; of two that fall on one place the later is remembered. `secret` keeps others from
// choosing paths that do.
class QuickAnswers {
public:
    using Duration = std::chrono::steady_clock::duration;
    static constexpr std::chrono::microseconds kQuick{500};
    static constexpr std::size_t kShort = std::size_t{64} * 1024;  // bytes of a body: a page of a list of anybody

    struct Question {
        std::string_view path;
        std::string_view query;
        std::string_view bearer;  // the header that shows a session, as it came; and the other
        std::string_view cookie;
    };

    explicit QuickAnswers(std::string secret) : secret_{std::move(secret)} {}

    [[nodiscard]] bool was_quick(const Question& asked) const {
        const auto mark = mark_of(asked);
        return place(mark).load(std::memory_order_relaxed) == mark;
    }

    void note(const Question& asked, int status, Duration took, std::size_t bytes) {
        const auto mark = mark_of(asked);
        auto& at = place(mark);
        if (took <= kQuick && bytes <= kShort) {
            if (status == 200) at.store(mark, std::memory_order_relaxed);
        } else if (at.load(std::memory_order_relaxed) == mark) {
            at.store(0, std::memory_order_relaxed);
        }
    }

private:
    [[nodiscard]] std::uint64_t mark_of(const Question& asked) const {
        thread_local std::string text;
        text = secret_;
        text += asked.path;
        text += '?';
        text += asked.query;
        // No line break stands in a path or a header.
        text += '\n';
        text += asked.bearer;
        text += '\n';
        text += asked.cookie;
        return std::hash<std::string_view>{}(text) | 1U;  // 0 is nobody's
    }
    [[nodiscard]] std::atomic<std::uint64_t>& place(std::uint64_t mark) const {
        return marks_.at((mark >> 1U) % marks_.size());
    }

    std::string secret_;
    mutable std::array<std::atomic<std::uint64_t>, 4096> marks_{};
};

}  // namespace rogatory::middleware
