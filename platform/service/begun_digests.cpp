#include "platform/service/begun_digests.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace rogatory::service {

void BegunDigests::leave(ports::UploadId upload, std::uint64_t bytes, crypto::Sha256 digest) noexcept {
    const std::lock_guard guard{mutex_};
    try {
        begun_.insert_or_assign(upload, Begun{bytes, count_++, std::move(digest)});
    } catch (const std::bad_alloc&) {
        return;
    }
    if (begun_.size() <= kMost) return;
    const auto oldest = std::ranges::min_element(begun_, {}, [](const auto& one) { return one.second.left; });
    begun_.erase(oldest);
}

std::optional<crypto::Sha256> BegunDigests::take(ports::UploadId upload, std::uint64_t bytes) {
    const std::lock_guard guard{mutex_};
    const auto found = begun_.find(upload);
    if (found == begun_.end()) return std::nullopt;
    std::optional<crypto::Sha256> digest;
    if (found->second.bytes == bytes) digest = std::move(found->second.digest);
    begun_.erase(found);
    return digest;
}

}  // namespace rogatory::service
