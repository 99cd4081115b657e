#include "crypto/encoding/base64.hpp"

#include <array>

namespace rogatory::encoding {

namespace {

// Branch-free and table-free, since base 64 also carries secrets (session tokens, keys in PEM-like wrappings): which
// cache line is touched must not depend on them.
constexpr unsigned in_range(unsigned value, unsigned low, unsigned high) noexcept {
    return 0U - ((((low - 1U) - value) & (value - (high + 1U))) >> 31U);
}

struct Alphabet {
    unsigned char for_62;
    unsigned char for_63;
};

constexpr Alphabet alphabet_of(Base64 spelling) noexcept {
    return spelling == Base64::url_unpadded ? Alphabet{'-', '_'} : Alphabet{'+', '/'};
}

constexpr char character_of(unsigned value, Alphabet alphabet) noexcept {
    const auto c = (in_range(value, 0, 25) & (value + 'A')) | (in_range(value, 26, 51) & (value - 26U + 'a')) |
                   (in_range(value, 52, 61) & (value - 52U + '0')) | (in_range(value, 62, 62) & alphabet.for_62) |
                   (in_range(value, 63, 63) & alphabet.for_63);
    return static_cast<char>(static_cast<unsigned char>(c));
}

// 0 to 63, or a value with bit 8 set.
constexpr unsigned value_of(char character, Alphabet alphabet) noexcept {
    const unsigned c = static_cast<unsigned char>(character);
    const auto upper = in_range(c, 'A', 'Z');
    const auto lower = in_range(c, 'a', 'z');
    const auto digit = in_range(c, '0', '9');
    const auto is_62 = in_range(c, alphabet.for_62, alphabet.for_62);
    const auto is_63 = in_range(c, alphabet.for_63, alphabet.for_63);
    return (upper & (c - 'A')) | (lower & (c - 'a' + 26U)) | (digit & (c - '0' + 52U)) | (is_62 & 62U) | (is_63 & 63U) |
           (~(upper | lower | digit | is_62 | is_63) & 0x100U);
}

}  // namespace

std::string base64_encode(ByteView bytes, Base64 spelling) {
    const auto alphabet = alphabet_of(spelling);
    std::string text(base64_length(bytes.size(), spelling), '=');
    std::size_t out = 0;
    unsigned pending = 0;
    unsigned bits = 0;
    for (const auto byte : bytes) {
        pending = (pending << 8U) | byte;
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            text[out++] = character_of((pending >> bits) & 63U, alphabet);
        }
        pending &= 0xffU;
    }
    if (bits > 0) text[out] = character_of((pending << (6 - bits)) & 63U, alphabet);
    return text;
}

std::optional<Bytes> base64_decode(std::string_view text, Base64 spelling) {
    if (spelling == Base64::padded) {
        if (text.size() % 4 != 0) return std::nullopt;
        // At most two '='; a third is then no character of the alphabet.
        for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    }
    if (text.size() % 4 == 1) return std::nullopt;
    const auto alphabet = alphabet_of(spelling);
    Bytes bytes(text.size() * 6 / 8);
    std::size_t out = 0;
    unsigned pending = 0;
    unsigned bits = 0;
    unsigned bad = 0;
    for (const auto character : text) {
        const auto value = value_of(character, alphabet);
        bad |= value & 0x100U;
        pending = (pending << 6U) | (value & 63U);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes[out++] = static_cast<std::uint8_t>(pending >> bits);
            pending &= (1U << bits) - 1U;
        }
    }
    // RFC 4648 §3.5: what is left over must be zero, or several texts would mean the same bytes.
    if (bad != 0 || pending != 0) return std::nullopt;
    return bytes;
}

}  // namespace rogatory::encoding
