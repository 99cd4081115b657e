#include "platform/service/challenges.hpp"

#include <algorithm>

#include "crypto/labels.hpp"
#include "crypto/primitives/random.hpp"
#include "platform/base/ensure.hpp"

namespace rogatory::service {

namespace {

constexpr std::size_t kNonce = 24;
constexpr std::size_t kMacced = kNonce + 8;
constexpr std::size_t kWhole = kMacced + 32;

UnixSeconds expiry_of(ByteView challenge) {
    std::uint64_t seconds = 0;
    for (std::size_t i = kNonce; i < kMacced; ++i) seconds = (seconds << 8) | challenge[i];
    return static_cast<UnixSeconds>(seconds);
}

}  // namespace

Challenges::Challenges() : key_{crypto::system_random().bytes<32>()} {}

Bytes Challenges::make(UnixSeconds expires_at) const {
    Bytes challenge = to_bytes(ByteView{crypto::system_random().bytes<kNonce>()});
    append(challenge, crypto::big_endian(static_cast<std::uint64_t>(expires_at)));
    append(challenge, crypto::hmac_sha256(key_, challenge).bytes());
    return challenge;
}

bool Challenges::holds(ByteView challenge, UnixSeconds now) const {
    if (challenge.size() != kWhole) return false;
    const auto mac = crypto::hmac_sha256(key_, challenge.first(kMacced));
    if (!crypto::equal_in_constant_time(mac.bytes(), challenge.subspan(kMacced))) return false;
    return now <= expiry_of(challenge);
}

bool Challenges::spend(ByteView challenge, UnixSeconds now) {
    ensure(challenge.size() == kWhole, "only what holds() is spent");
    ByteArray<kNonce> nonce{};
    std::copy_n(challenge.begin(), kNonce, nonce.begin());
    const std::lock_guard guard{mutex_};
    std::erase_if(spent_, [now](const auto& one) { return one.second < now; });
    return spent_.emplace(nonce, expiry_of(challenge)).second;
}

}  // namespace rogatory::service
