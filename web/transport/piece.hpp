#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "platform/base/bytes.hpp"
#include "web/transport/limits.hpp"

namespace rogatory::transport {

// Room for the part of a body that is between a peer and the disk just now. A connection has it only while it has
// bytes: who sends slowly keeps nothing meanwhile. A few at a time are large, since that saves turns between threads;
// where many come at once there are turns enough, and each gets a small one. All of a piece's life is on one I/O
// thread.
class Piece {
public:
    explicit Piece(std::uint64_t wanted) {
        auto& pool = here();
        large_ = wanted > kSmallPieceBytes && pool.large < kLargeAtOnce;
        size_ = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, large_ ? kPieceBytes : kSmallPieceBytes));
        if (!large_) {
            bytes_ = std::make_unique_for_overwrite<std::uint8_t[]>(size_);
            return;
        }
        ++pool.large;
        for (auto& spare : pool.spare) {
            if (!spare) continue;
            bytes_ = std::move(spare);
            return;
        }
        bytes_ = std::make_unique_for_overwrite<std::uint8_t[]>(kPieceBytes);
    }
    ~Piece() {
        if (!large_) return;
        auto& pool = here();
        --pool.large;
        for (auto& spare : pool.spare) {
            if (spare) continue;
            spare = std::move(bytes_);
            return;
        }
    }
    Piece(const Piece&) = delete;
    Piece& operator=(const Piece&) = delete;

    [[nodiscard]] MutableByteView room() const { return {bytes_.get(), size_}; }
    // One of the few that others wait for.
    [[nodiscard]] bool is_large() const noexcept { return large_; }

private:
    static constexpr std::size_t kLargeAtOnce = 4;
    static constexpr std::size_t kSmallPieceBytes = 2 * kRecordBytes;

    struct Pool {
        std::size_t large = 0;  // in use
        std::array<std::unique_ptr<std::uint8_t[]>, 2> spare;
    };
    static Pool& here() {
        thread_local Pool pool;
        return pool;
    }

    std::unique_ptr<std::uint8_t[]> bytes_;
    std::size_t size_ = 0;
    bool large_ = false;
};

}  // namespace rogatory::transport
