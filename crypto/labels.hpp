#pragma once

#include <cstdint>
#include <string_view>

#include "crypto/primitives/sha256.hpp"
#include "platform/base/bytes.hpp"

namespace rogatory::crypto {

// What a hash, an HKDF or a signature is for: "rogatory/v1/…", known when compiling, so that no input chooses it and no
// context of another version or program can be confused with ours (protocol §8).
class Label {
public:
    consteval Label(const char* text) : text_{text} {  // NOLINT: implicit, so that a literal will do
        if (!text_.starts_with("rogatory/v1/") || text_.size() <= 12) throw "a label starts with rogatory/v1/";
        for (const auto c : text_) {
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '-')) throw "a label is plain";
        }
    }

    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

private:
    std::string_view text_;
};

// The input of a hash or a signature as protocol §2 spells it: label ‖ 0x00 ‖ parts, each part of variable length
// preceded by its length in 8 bytes, big-endian. Two different lists of parts never give the same bytes, as long as
// one label always means one list of kinds.
class Labelled {
public:
    explicit Labelled(Label label);

    // A part whose length the label fixes: a digest, a key.
    Labelled& fixed(ByteView part);
    Labelled& variable(ByteView part);
    Labelled& variable(std::string_view part) { return variable(as_bytes(part)); }
    // 8 bytes, big-endian.
    Labelled& number(std::uint64_t value);

    [[nodiscard]] ByteView bytes() const noexcept { return bytes_; }
    [[nodiscard]] Digest sha256() const { return crypto::sha256(bytes_); }

private:
    Bytes bytes_;
};

// 8 bytes, big-endian.
[[nodiscard]] constexpr ByteArray<8> big_endian(std::uint64_t value) noexcept {
    ByteArray<8> out{};
    for (unsigned i = 0; i < 8; ++i) out[i] = static_cast<std::uint8_t>(value >> (56U - 8U * i));
    return out;
}

}  // namespace rogatory::crypto
