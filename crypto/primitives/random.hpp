#pragma once

#include "crypto/primitives/library.hpp"
#include "platform/base/bytes.hpp"

namespace rogatory::crypto {

// Where random bytes come from. Everything that draws takes a Random&; production passes system_random(), tests the
// seeded one of tests/support.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(MutableByteView out) = 0;

    template <std::size_t N>
    [[nodiscard]] ByteArray<N> bytes() {
        ByteArray<N> out;
        fill(out);
        return out;
    }
};

// The kernel's generator through libsodium. Thread-safe, never fails (the process ends if the kernel has none).
[[nodiscard]] Random& system_random() noexcept;

}  // namespace rogatory::crypto
