#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "crypto/age/hybrid.hpp"
#include "platform/base/bytes.hpp"
#include "tests/support/seeded_random.hpp"

// What the tests of age share.
namespace rogatory::tests {

// Around the chunk of 64 KiB, where mistakes live.
inline constexpr std::array<std::size_t, 9> kBoundarySizes{0,       1,       65'535,  65'536,   65'537,
                                                           131'071, 131'072, 131'073, 1'048'576};

inline Bytes sample_bytes(std::size_t size, std::uint64_t seed = 7) {
    Bytes bytes(size);
    // Cheaper than SeededRandom by far, and every chunk differs from the others.
    auto state = seed * 0x9e3779b97f4a7c15U + 1;
    for (auto& byte : bytes) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        byte = static_cast<std::uint8_t>(state >> 56);
    }
    return bytes;
}

inline age::HybridIdentity sample_identity(std::uint64_t seed = 1) {
    SeededRandom random{seed};
    return age::HybridIdentity::generate(random);
}

inline Bytes plain(const crypto::SecretBytes& secret) { return to_bytes(secret.expose_secret()); }

}  // namespace rogatory::tests
