#pragma once

#include <cstdint>

#include "crypto/primitives/random.hpp"
#include "crypto/primitives/sha256.hpp"
#include "platform/base/bytes.hpp"
#include "platform/base/ensure.hpp"

namespace rogatory::tests {

// Random bytes that a test can have again: SHA-256 of seed and counter. For tests only; nothing under a product target
// includes tests/.
class SeededRandom final : public crypto::Random {
public:
    explicit SeededRandom(std::uint64_t seed = 1) : seed_{seed} {}

    void fill(MutableByteView out) override {
        for (auto& byte : out) {
            if (used_ == block_.size()) refill();
            byte = block_[used_++];
        }
    }

private:
    void refill() {
        ByteArray<16> input;
        for (unsigned i = 0; i < 8; ++i) {
            input[i] = static_cast<std::uint8_t>(seed_ >> (8 * i));
            input[8 + i] = static_cast<std::uint8_t>(counter_ >> (8 * i));
        }
        ++counter_;
        block_ = crypto::sha256(input).value();
        used_ = 0;
    }

    std::uint64_t seed_;
    std::uint64_t counter_ = 0;
    ByteArray<32> block_{};
    std::size_t used_ = 32;
};

// Gives exactly the bytes it was made with: for vectors that name their randomness. Asking for more throws.
class ScriptedRandom final : public crypto::Random {
public:
    explicit ScriptedRandom(Bytes bytes) : bytes_{std::move(bytes)} {}

    void fill(MutableByteView out) override {
        ensure(out.size() <= bytes_.size() - used_, "the script has enough random bytes");
        for (auto& byte : out) byte = bytes_[used_++];
    }

private:
    Bytes bytes_;
    std::size_t used_ = 0;
};

}  // namespace rogatory::tests
