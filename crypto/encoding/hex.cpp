#include "crypto/encoding/hex.hpp"

namespace rogatory::encoding {

namespace {

// 0xff…ff if low <= value <= high, else 0, without a branch.
constexpr unsigned in_range(unsigned value, unsigned low, unsigned high) noexcept {
    return 0U - ((((low - 1U) - value) & (value - (high + 1U))) >> 31U);
}

// Both digits of each byte, without a branch; sixteen bytes at a time compilers do with few instructions.
constexpr char digit(int nibble) noexcept {
    return static_cast<char>(nibble + '0' + (((9 - nibble) >> 8) & ('a' - '0' - 10)));
}

template <std::size_t N>
void encode_bytes(const std::uint8_t* bytes, char* text) {
    for (std::size_t i = 0; i < N; ++i) {
        text[2 * i] = digit(bytes[i] >> 4);
        text[2 * i + 1] = digit(bytes[i] & 15);
    }
}

// 0 to 15, or a value with bit 8 set.
constexpr unsigned value_of(char character) noexcept {
    const unsigned c = static_cast<unsigned char>(character);
    const auto is_digit = in_range(c, '0', '9');
    const auto is_letter = in_range(c, 'a', 'f');
    return (is_digit & (c - '0')) | (is_letter & (c - 'a' + 10U)) | (~(is_digit | is_letter) & 0x100U);
}

}  // namespace

std::string hex_encode(ByteView bytes) {
    std::string text(2 * bytes.size(), '\0');
    constexpr std::size_t kAtOnce = 16;
    auto* out = text.data();
    for (; bytes.size() >= kAtOnce; bytes = bytes.subspan(kAtOnce), out += 2 * kAtOnce) {
        encode_bytes<kAtOnce>(bytes.data(), out);
    }
    for (; !bytes.empty(); bytes = bytes.subspan(1), out += 2) encode_bytes<1>(bytes.data(), out);
    return text;
}

std::optional<Bytes> hex_decode(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    Bytes bytes(text.size() / 2);
    unsigned bad = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto high = value_of(text[2 * i]);
        const auto low = value_of(text[2 * i + 1]);
        bad |= high | low;
        bytes[i] = static_cast<std::uint8_t>((high << 4U) | low);
    }
    if ((bad & 0x100U) != 0) return std::nullopt;
    return bytes;
}

}  // namespace rogatory::encoding
