#include "platform/agent/upload.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "platform/agent/descriptor.hpp"
#include "platform/base/try.hpp"

namespace rogatory::agent {
namespace {

// One PATCH: large enough that its round trip does not count, small enough that a cut loses little.
constexpr std::size_t kPiece = 8 * 1024 * 1024;
constexpr int kMostFailures = 6;

}  // namespace

Result<> finish_upload(Environment& environment, const ports::remote::UploadTicket& ticket,
                       const std::filesystem::path& path, const std::string& name, std::uint64_t total) {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!file.valid()) return fail(ErrorCode::unavailable, "profile.unusable");
    Bytes piece(kPiece);
    int failures = 0;
    bool known = false;
    std::uint64_t offset = 0;
    std::uint64_t furthest = 0;
    for (;;) {
        if (environment.observer.cancelled()) return fail(ErrorCode::unavailable, "upload.incomplete");
        if (!known) {
            auto durable = environment.server.upload_offset(ticket);
            if (!durable) {
                if (durable.error().code() != ErrorCode::unavailable) return fail(std::move(durable).error());
                if (++failures >= kMostFailures) return fail(ErrorCode::unavailable, "upload.incomplete");
                std::this_thread::sleep_for(std::chrono::milliseconds{200} * (failures * failures));
                continue;
            }
            offset = *durable;
            furthest = std::max(furthest, offset);
            known = true;
            environment.observer.on_transfer({"upload", name, offset, total});
        }
        if (offset >= total) return offset == total ? Result<>{} : fail(ErrorCode::integrity, "upload.too_long");
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, total - offset));
        std::size_t filled = 0;
        while (filled < count) {
            const auto read =
                ::pread(file.get(), piece.data() + filled, count - filled, static_cast<off_t>(offset + filled));
            if (read < 0 && errno == EINTR) continue;
            if (read <= 0) return fail(ErrorCode::unavailable, "profile.unusable");
            filled += static_cast<std::size_t>(read);
        }
        auto moved = environment.server.upload(ticket, offset, ByteView{piece}.first(count));
        if (moved) {
            // Only what was never reached before is progress: a server that takes bytes and keeps none, or goes back
            // and forth, is not fed for ever.
            if (*moved > furthest) {
                failures = 0;
                furthest = *moved;
            } else if (++failures >= kMostFailures) {
                return fail(ErrorCode::unavailable, "upload.no_progress");
            }
            offset = *moved;
            environment.observer.on_transfer({"upload", name, offset, total});
            continue;
        }
        if (moved.error().code() != ErrorCode::unavailable && moved.error().code() != ErrorCode::conflict) {
            return fail(std::move(moved).error());
        }
        if (++failures >= kMostFailures) return fail(ErrorCode::unavailable, "upload.incomplete");
        std::this_thread::sleep_for(std::chrono::milliseconds{200} * (failures - 1));
        known = false;
    }
}

}  // namespace rogatory::agent
