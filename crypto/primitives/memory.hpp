#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "crypto/primitives/library.hpp"
#include "platform/base/bytes.hpp"

namespace rogatory::crypto {

// Overwrites with zeros; the compiler may not remove it.
void wipe(MutableByteView bytes) noexcept;
void wipe(std::string& text) noexcept;

// Compares in time that depends on the lengths alone. Different lengths are unequal.
[[nodiscard]] bool equal_in_constant_time(ByteView a, ByteView b) noexcept;

// A zero-filled block of a pool of pages that are locked in memory and left out of core dumps where the system
// allows it (RLIMIT_MEMLOCK; a refusal is no error). Throws std::bad_alloc. A block is wiped when given back.
[[nodiscard]] std::uint8_t* take_secret_block(std::size_t bytes);
void give_back_secret_block(std::uint8_t* block, std::size_t bytes) noexcept;

}  // namespace rogatory::crypto
