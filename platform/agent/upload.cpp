#include "platform/agent/upload.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>
#include <thread>

#include "platform/agent/descriptor.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

// One PATCH: large enough that its round trip and the server's fsync do not count, small enough that a slow line is
// seen to move. The line itself says what that is.
constexpr std::size_t kFirstPiece = 4 * 1024 * 1024;
constexpr std::size_t kLargestPiece = 32 * 1024 * 1024;
constexpr std::size_t kLeastPiece = 256 * 1024;
constexpr std::chrono::seconds kSlow{20};
constexpr int kMostFailures = 6;
// As little as a line that is cut all the time brings across, and it still moves.
constexpr std::uint64_t kLeastProgress = 64 * 1024;

// How often in a row nothing came of it. Whoever takes bytes and is no further, goes back, or creeps by single bytes,
// does not move: what counts is the furthest that was ever durable.
class Patience {
public:
    explicit Patience(std::uint64_t total) : total_{total} {}
    // True while it is worth going on.
    [[nodiscard]] bool reached(std::uint64_t offset) {
        if (offset >= std::min(total_, counted_ + kLeastProgress)) {
            counted_ = offset;
            failures_ = 0;
        }
        return failures_ < kMostFailures;
    }
    [[nodiscard]] bool failed() { return ++failures_ < kMostFailures; }
    [[nodiscard]] int failures() const noexcept { return failures_; }

private:
    std::uint64_t total_;
    std::uint64_t counted_ = 0;
    int failures_ = 0;
};

}  // namespace

Result<> read_staged(int descriptor, std::uint64_t offset, MutableByteView into) {
    while (!into.empty()) {
        const auto read = ::pread(descriptor, into.data(), into.size(), static_cast<off_t>(offset));
        if (read < 0 && errno == EINTR) continue;
        if (read <= 0) return fail(ErrorCode::unavailable, "profile.unusable");
        into = into.subspan(static_cast<std::size_t>(read));
        offset += static_cast<std::uint64_t>(read);
    }
    return {};
}

Result<> finish_upload(Environment& environment, const ports::remote::UploadTicket& ticket,
                       const std::filesystem::path& path, const std::string& name, std::uint64_t total,
                       const Readable& readable) {
    std::optional<Descriptor> file;
    Bytes piece;
    std::size_t size = kFirstPiece;
    std::size_t largest = kLargestPiece;
    Patience patience{total};
    bool known = false;
    std::uint64_t offset = 0;
    for (;;) {
        if (environment.observer.cancelled()) return fail(ErrorCode::unavailable, "upload.incomplete");
        if (!known) {
            auto durable = environment.server.upload_offset(ticket);
            if (!durable) {
                if (durable.error().code() != ErrorCode::unavailable) return fail(std::move(durable).error());
                if (!patience.failed()) return fail(ErrorCode::unavailable, "upload.incomplete");
                std::this_thread::sleep_for(std::chrono::milliseconds{200} *
                                            (patience.failures() * patience.failures()));
                continue;
            }
            offset = *durable;
            known = true;
            if (!patience.reached(offset)) return fail(ErrorCode::unavailable, "upload.incomplete");
            environment.observer.on_transfer({"upload", name, offset, total});
        }
        if (offset >= total) return offset == total ? Result<>{} : fail(ErrorCode::integrity, "upload.too_long");
        auto count = static_cast<std::size_t>(std::min<std::uint64_t>(size, total - offset));
        if (readable) {
            // Not the whole piece: what sealing has got to by now goes, as the line is idle otherwise.
            ROGATORY_TRY(const auto there, readable(offset + std::min(count, kFirstPiece)));
            count = static_cast<std::size_t>(std::min<std::uint64_t>(count, there - offset));
        }
        if (!file) file.emplace(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        if (!file->valid()) return fail(ErrorCode::unavailable, "profile.unusable");
        if (piece.size() < count) {
            piece = {};  // the smaller one goes first: nothing of it is wanted
            piece.resize(count);
        }
        ROGATORY_TRY_VOID(read_staged(file->get(), offset, MutableByteView{piece}.first(count)));
        const auto begun = std::chrono::steady_clock::now();
        auto moved = environment.server.upload(ticket, offset, ByteView{piece}.first(count));
        const auto took = std::chrono::steady_clock::now() - begun;
        if (!moved) {
            // A line that cuts long requests, or a proxy that refuses large ones: not so much at once again.
            largest = std::max(kLeastPiece, count / 2);
            size = std::min(size, largest);
        } else if (took > kSlow) {
            size = std::max(kLeastPiece, size / 2);
        } else if (took < kSlow / 4) {
            size = std::min(largest, size * 2);
        }
        if (moved) {
            // Taken, says the server: then it is as much further as was sent, or this is one more time in vain.
            const bool whole = *moved == offset + count;
            offset = *moved;
            environment.observer.on_transfer({"upload", name, offset, total});
            if (!patience.reached(offset) || (!whole && !patience.failed())) {
                return fail(Error{ErrorCode::unavailable, "upload.not_moving"}.with("file", name));
            }
            continue;
        }
        const auto code = moved.error().code();
        const bool smaller_may_pass = code == ErrorCode::too_large && count > kLeastPiece;
        if (code != ErrorCode::unavailable && code != ErrorCode::conflict && !smaller_may_pass) {
            return fail(std::move(moved).error());
        }
        if (!patience.failed()) return fail(ErrorCode::unavailable, "upload.incomplete");
        std::this_thread::sleep_for(std::chrono::milliseconds{200} * (patience.failures() - 1));
        known = false;
    }
}

}  // namespace rogatory::agent
