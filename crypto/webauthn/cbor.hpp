#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "platform/base/bytes.hpp"

namespace rogatory::webauthn {

// Reads CTAP2's canonical CBOR (CTAP 2.2 §8) without a copy: definite lengths, shortest forms, no tag, no float, and no
// memory in proportion to a claimed size. Every function either reads one item and moves on, or says nothing and leaves
// the reader where no further read succeeds.
class CborReader {
public:
    explicit CborReader(ByteView bytes) : left_{bytes} {}

    [[nodiscard]] std::optional<std::int64_t> integer();
    [[nodiscard]] std::optional<ByteView> bytes();
    [[nodiscard]] std::optional<std::string_view> text();
    [[nodiscard]] std::optional<std::uint64_t> map();  // how many pairs follow
    // Any one item with what it holds; the bytes it took.
    [[nodiscard]] std::optional<ByteView> item();

    [[nodiscard]] bool at_end() const noexcept { return !broken_ && left_.empty(); }
    [[nodiscard]] ByteView rest() const noexcept { return left_; }

private:
    struct Head {
        unsigned major = 0;
        std::uint64_t value = 0;
    };
    [[nodiscard]] std::optional<Head> head();
    [[nodiscard]] std::optional<ByteView> take(std::uint64_t count);
    [[nodiscard]] bool skip(unsigned depth);

    ByteView left_;
    bool broken_ = false;
};

}  // namespace rogatory::webauthn
