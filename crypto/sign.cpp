#include "crypto/sign.hpp"

#include <algorithm>

#include "crypto/verified_ahead.hpp"

namespace rogatory::crypto {

namespace {

template <std::size_t N>
std::optional<ByteArray<N>> array_from(ByteView bytes) {
    if (bytes.size() != N) return std::nullopt;
    ByteArray<N> out;
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
}

}  // namespace

std::optional<Signature> signature_from(ByteView bytes) {
    const auto array = array_from<64>(bytes);
    if (!array) return std::nullopt;
    return Signature{*array};
}

std::optional<VerifyKey> VerifyKey::from(ByteView bytes) {
    const auto array = array_from<32>(bytes);
    if (!array) return std::nullopt;
    return VerifyKey{*array};
}

bool VerifyKey::verify(ByteView message, const Signature& signature) const {
    return was_verified_ahead(*this, message, signature) || ed25519_verify(key_, message, signature);
}

Ed25519Seed SigningKey::seed() const { return Ed25519Seed::copy_of(key_.expose_secret().first<Ed25519Seed::kBytes>()); }

}  // namespace rogatory::crypto
