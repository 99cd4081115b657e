#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "crypto/secret.hpp"
#include "platform/base/bytes.hpp"

namespace rogatory::crypto {

// Shamir's secret sharing (Communications of the ACM 22/11, 1979), byte by byte over GF(256) with AES's polynomial
// (FIPS 197 §4.2): each byte is the value at 0 of a polynomial of degree k − 1, a share its value at `index`. Fewer
// than k shares say nothing at all about the secret.
//
// Shares carry no authentication of their own: the protocol names the digest of each share in a signed statement
// (`recovery_set`), and what is combined must derive the recipient that the statement names.
struct ShamirShare {
    std::uint8_t index;  // 1 to 255; 0 would be the secret itself
    SecretBytes value;   // as long as the secret

    // index ‖ value: what is sealed to a holder.
    [[nodiscard]] SecretBytes encode() const;
    // nullopt if there is no index, it is zero, or no value follows.
    [[nodiscard]] static std::optional<ShamirShare> decode(ByteView bytes);
};

struct ShamirThreshold {
    std::uint8_t k;  // shares needed
    std::uint8_t n;  // shares made, with indices 1 to n
};

// A bug unless 1 < k ≤ n and the secret is not empty.
[[nodiscard]] std::vector<ShamirShare> shamir_split(ByteView secret, ShamirThreshold threshold, Random& random);

// The value at 0 of the polynomial through the shares given. With k right shares that is the secret; with fewer, or
// with a wrong one among them, it is something else of the same length, and the caller notices. nullopt if there are
// no shares, an index is zero or comes twice, or lengths differ.
[[nodiscard]] std::optional<SecretBytes> shamir_combine(std::span<const ShamirShare> shares);

// The field, for its tests. No tables and no branches on values: both are secret.
[[nodiscard]] constexpr std::uint8_t gf256_multiply(std::uint8_t a, std::uint8_t b) noexcept {
    unsigned product = 0;
    unsigned factor = a;
    for (unsigned bit = 0; bit < 8; ++bit) {
        product ^= (0U - ((static_cast<unsigned>(b) >> bit) & 1U)) & factor;
        factor = (factor << 1U) ^ ((0U - (factor >> 7U)) & 0x11bU);
    }
    return static_cast<std::uint8_t>(product);
}

// a^254, which is 1/a, and 0 for 0.
[[nodiscard]] constexpr std::uint8_t gf256_inverse(std::uint8_t a) noexcept {
    std::uint8_t power = a;
    std::uint8_t result = 1;
    for (int bit = 1; bit < 8; ++bit) {  // 254 = 2 + 4 + … + 128
        power = gf256_multiply(power, power);
        result = gf256_multiply(result, power);
    }
    return result;
}

}  // namespace rogatory::crypto
