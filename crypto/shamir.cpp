#include "crypto/shamir.hpp"

#include <algorithm>
#include <array>

namespace rogatory::crypto {

SecretBytes ShamirShare::encode() const {
    SecretBytes out{1};
    out.expose_secret_mutable()[0] = index;
    out.append(value.expose_secret());
    return out;
}

std::optional<ShamirShare> ShamirShare::decode(ByteView bytes) {
    if (bytes.size() < 2 || bytes[0] == 0) return std::nullopt;
    return ShamirShare{bytes[0], SecretBytes::copy_of(bytes.subspan(1))};
}

std::vector<ShamirShare> shamir_split(ByteView secret, ShamirThreshold threshold, Random& random) {
    ensure(threshold.k > 1 && threshold.k <= threshold.n && !secret.empty(), "k of n, at least two, of something");
    // Coefficients of degree 1 to k − 1, each as long as the secret. The highest may be zero: forbidding that would
    // tell k − 1 holders which secrets it cannot be.
    std::vector<SecretBytes> coefficients;
    for (unsigned degree = 1; degree < threshold.k; ++degree) {
        SecretBytes drawn{secret.size()};
        random.fill(drawn.expose_secret_mutable());
        coefficients.push_back(std::move(drawn));
    }
    std::vector<ShamirShare> shares;
    for (unsigned index = 1; index <= threshold.n; ++index) {
        SecretBytes value{secret.size()};
        const auto out = value.expose_secret_mutable();
        const auto x = static_cast<std::uint8_t>(index);
        // Horner, highest degree first.
        for (auto coefficient = coefficients.rbegin(); coefficient != coefficients.rend(); ++coefficient) {
            const auto in = coefficient->expose_secret();
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = gf256_multiply(static_cast<std::uint8_t>(out[i] ^ in[i]), x);
        }
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(out[i] ^ secret[i]);
        shares.push_back({x, std::move(value)});
    }
    return shares;
}

std::optional<SecretBytes> shamir_combine(std::span<const ShamirShare> shares) {
    if (shares.empty()) return std::nullopt;
    const auto size = shares.front().value.size();
    std::array<bool, 256> seen{};
    for (const auto& share : shares) {
        if (share.index == 0 || std::exchange(seen[share.index], true) || share.value.size() != size)
            return std::nullopt;
    }
    SecretBytes secret{size};
    const auto out = secret.expose_secret_mutable();
    for (const auto& share : shares) {
        // Lagrange's factor at 0: the product of x_j / (x_j − x_i) over the others; minus is plus here. Indices are
        // public.
        std::uint8_t factor = 1;
        for (const auto& other : shares) {
            if (other.index == share.index) continue;
            factor = gf256_multiply(factor, other.index);
            factor = gf256_multiply(factor, gf256_inverse(static_cast<std::uint8_t>(other.index ^ share.index)));
        }
        const auto in = share.value.expose_secret();
        for (std::size_t i = 0; i < size; ++i)
            out[i] = static_cast<std::uint8_t>(out[i] ^ gf256_multiply(factor, in[i]));
    }
    return secret;
}

}  // namespace rogatory::crypto
