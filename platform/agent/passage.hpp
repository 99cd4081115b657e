#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>

#include "crypto/age/parallel.hpp"
#include "platform/base/bytes.hpp"

// Internal to platform/agent.
namespace rogatory::agent {

// Plain bytes on their way from one age file to another: written by one thread, read by another, a few pieces in memory
// and never on a disk. Either side can end it; what is left is wiped.
class Passage {
public:
    Passage() = default;
    Passage(const Passage&) = delete;
    Passage& operator=(const Passage&) = delete;
    ~Passage();

    [[nodiscard]] age::Sink& in() noexcept { return in_; }
    [[nodiscard]] age::Source& out() noexcept { return out_; }
    void finish();  // all of it was written
    // The other side gets unavailable "age.cancelled", now or when it comes; whoever reads what was finished reads on.
    void stop();

private:
    class In final : public age::Sink {
    public:
        explicit In(Passage& passage) : passage_{passage} {}
        Result<> write(ByteView bytes) override { return passage_.write(bytes); }

    private:
        Passage& passage_;
    };
    class Out final : public age::Source {
    public:
        explicit Out(Passage& passage) : passage_{passage} {}
        Result<std::size_t> read(MutableByteView into) override { return passage_.read(into); }

    private:
        Passage& passage_;
    };

    Result<> write(ByteView bytes);
    Result<std::size_t> read(MutableByteView into);

    std::mutex mutex_;
    std::condition_variable moved_;
    std::deque<Bytes> pieces_;
    std::size_t taken_ = 0;  // of the first piece
    bool finished_ = false;
    bool stopped_ = false;
    In in_{*this};
    Out out_{*this};
};

}  // namespace rogatory::agent
