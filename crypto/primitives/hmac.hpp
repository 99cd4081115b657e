#pragma once

#include <initializer_list>

#include "crypto/primitives/memory.hpp"
#include "platform/base/bytes.hpp"

namespace rogatory::crypto {

// A message authentication code: compares in constant time, so that a forger learns nothing from how long it took.
class Mac {
public:
    explicit Mac(const ByteArray<32>& bytes) noexcept : bytes_{bytes} {}

    [[nodiscard]] const ByteArray<32>& bytes() const noexcept { return bytes_; }

    friend bool operator==(const Mac& a, const Mac& b) noexcept { return equal_in_constant_time(a.bytes_, b.bytes_); }

private:
    ByteArray<32> bytes_;
};

// HMAC-SHA-256 (RFC 2104) by libsodium, key of any length, over the parts one after the other.
[[nodiscard]] Mac hmac_sha256(ByteView key, std::initializer_list<ByteView> parts);
[[nodiscard]] Mac hmac_sha256(ByteView key, ByteView message);

}  // namespace rogatory::crypto
