#include "platform/agent/following_digest.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "crypto/primitives/sha256.hpp"
#include "platform/base/bytes.hpp"

namespace rogatory::agent {
namespace {

constexpr std::size_t kPiece = 256 * 1024;
// Bytes come in small pieces, and waking a thread costs more than hashing one of them.
constexpr std::uint64_t kWorthTelling = 1024 * 1024;

}  // namespace

FollowingDigest::FollowingDigest(int descriptor)
    : descriptor_{descriptor}, digest_{std::async(std::launch::async, [this] { return follow(); })} {}

FollowingDigest::~FollowingDigest() {
    abandoned_ = true;
    const std::lock_guard lock{mutex_};
    ended_ = true;
    moved_.notify_one();
}

void FollowingDigest::reached(std::uint64_t bytes) {
    const std::lock_guard lock{mutex_};
    reached_ = bytes;
    if (reached_ - told_ < kWorthTelling) return;
    told_ = reached_;
    moved_.notify_one();
}

Result<model::Digest> FollowingDigest::finish() {
    {
        const std::lock_guard lock{mutex_};
        ended_ = true;
        moved_.notify_one();
    }
    return digest_.get();
}

Result<model::Digest> FollowingDigest::follow() {
    crypto::Sha256 hash;
    Bytes piece(kPiece);
    std::uint64_t at = 0;
    for (;;) {
        std::uint64_t until = 0;
        {
            std::unique_lock lock{mutex_};
            moved_.wait(lock, [&] { return ended_ || told_ > at; });
            until = reached_;
            if (ended_ && until == at) return hash.finish();
        }
        while (at < until) {
            if (abandoned_) return fail(ErrorCode::unavailable, "download.incomplete");
            const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), until - at));
            const auto read = ::pread(descriptor_, piece.data(), count, static_cast<off_t>(at));
            if (read < 0 && errno == EINTR) continue;
            if (read <= 0) return fail(ErrorCode::unavailable, "profile.unusable");
            hash.update(ByteView{piece}.first(static_cast<std::size_t>(read)));
            at += static_cast<std::uint64_t>(read);
        }
    }
}

}  // namespace rogatory::agent
