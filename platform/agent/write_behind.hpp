#pragma once

#include <fcntl.h>

#include <atomic>
#include <cstdint>

namespace rogatory::agent {

// Has the disk begin with a file while the rest of it is still being written, so that the fsync at the end finds little
// left to do. Written from its beginning, by several threads if need be: what one of them has left open behind the
// others, and what goes wrong, is that fsync's.
class WriteBehind {
public:
    explicit WriteBehind(int descriptor) noexcept : descriptor_{descriptor} {}

    void wrote(std::uint64_t bytes) noexcept {
        const auto before = written_.fetch_add(bytes);
        const auto from = before / kPiece;
        const auto until = (before + bytes) / kPiece;
        if (from == until) return;
        (void)::sync_file_range(descriptor_, static_cast<off_t>(from * kPiece),
                                static_cast<off_t>((until - from) * kPiece), SYNC_FILE_RANGE_WRITE);
    }

private:
    static constexpr std::uint64_t kPiece = 16 * 1024 * 1024;

    int descriptor_;
    std::atomic<std::uint64_t> written_ = 0;
};

}  // namespace rogatory::agent
