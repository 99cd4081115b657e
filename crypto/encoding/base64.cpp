#include "crypto/encoding/base64.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace rogatory::encoding {

namespace {

// Branch-free and table-free, since base 64 also carries secrets (session tokens, keys in PEM-like wrappings): which
// cache line is touched must not depend on them. Sixteen characters at a time, which compilers do with few
// instructions.
constexpr std::size_t kBlockCharacters = 16;
constexpr std::size_t kBlockBytes = 12;

struct Alphabet {
    int for_62;
    int for_63;
};

constexpr Alphabet alphabet_of(Base64 spelling) noexcept {
    return spelling == Base64::url_unpadded ? Alphabet{'-', '_'} : Alphabet{'+', '/'};
}

// −1 where value is above the limit, otherwise 0; both below 256.
constexpr int above(int value, int limit) noexcept { return (limit - value) >> 8; }
// −1 where it is between them, the ends included.
constexpr int between(int value, int low, int high) noexcept { return above(value, low - 1) & ~above(value, high); }

constexpr char character_of(int value, Alphabet alphabet) noexcept {
    const int of_62 = alphabet.for_62 - ('0' + 10);
    const int of_63 = alphabet.for_63 - ('0' + 11) - of_62;
    const int c = 'A' + value + (above(value, 25) & ('a' - 'Z' - 1)) + (above(value, 51) & ('0' - 'z' - 1)) +
                  (above(value, 61) & of_62) + (above(value, 62) & of_63);
    return static_cast<char>(static_cast<unsigned char>(c));
}

// 0 to 63; −1 for what is no character of the alphabet.
constexpr int value_of(int c, Alphabet alphabet) noexcept {
    return -1 + (between(c, 'A', 'Z') & (c - 'A' + 1)) + (between(c, 'a', 'z') & (c - 'a' + 27)) +
           (between(c, '0', '9') & (c - '0' + 53)) + (between(c, alphabet.for_62, alphabet.for_62) & 63) +
           (between(c, alphabet.for_63, alphabet.for_63) & 64);
}

void encode_block(const std::uint8_t* bytes, char* text, Alphabet alphabet) {
    std::array<std::uint8_t, kBlockCharacters> values;
    for (std::size_t i = 0; i < kBlockCharacters / 4; ++i) {
        const auto three = static_cast<unsigned>(bytes[3 * i] << 16) | static_cast<unsigned>(bytes[3 * i + 1] << 8) |
                           static_cast<unsigned>(bytes[3 * i + 2]);
        values[4 * i] = static_cast<std::uint8_t>(three >> 18U);
        values[4 * i + 1] = static_cast<std::uint8_t>((three >> 12U) & 63U);
        values[4 * i + 2] = static_cast<std::uint8_t>((three >> 6U) & 63U);
        values[4 * i + 3] = static_cast<std::uint8_t>(three & 63U);
    }
    for (std::size_t i = 0; i < kBlockCharacters; ++i) text[i] = character_of(values[i], alphabet);
}

// Negative where a character is none of the alphabet.
int decode_block(const char* text, std::uint8_t* bytes, Alphabet alphabet) {
    std::array<int, kBlockCharacters> values;
    int bad = 0;
    for (std::size_t i = 0; i < kBlockCharacters; ++i) {
        values[i] = value_of(static_cast<unsigned char>(text[i]), alphabet);
        bad |= values[i];
    }
    for (std::size_t i = 0; i < kBlockCharacters / 4; ++i) {
        const auto three = (static_cast<unsigned>(values[4 * i] & 63) << 18U) |
                           (static_cast<unsigned>(values[4 * i + 1] & 63) << 12U) |
                           (static_cast<unsigned>(values[4 * i + 2] & 63) << 6U) |
                           static_cast<unsigned>(values[4 * i + 3] & 63);
        bytes[3 * i] = static_cast<std::uint8_t>(three >> 16U);
        bytes[3 * i + 1] = static_cast<std::uint8_t>(three >> 8U);
        bytes[3 * i + 2] = static_cast<std::uint8_t>(three);
    }
    return bad;
}

}  // namespace

void base64_append(std::string& text, ByteView bytes, Base64 spelling) {
    const auto alphabet = alphabet_of(spelling);
    auto out = text.size();
    text.resize(out + base64_length(bytes.size(), spelling), '=');
    for (; bytes.size() >= kBlockBytes; bytes = bytes.subspan(kBlockBytes), out += kBlockCharacters) {
        encode_block(bytes.data(), text.data() + out, alphabet);
    }
    unsigned pending = 0;
    unsigned bits = 0;
    for (const auto byte : bytes) {
        pending = (pending << 8U) | byte;
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            text[out++] = character_of(static_cast<int>((pending >> bits) & 63U), alphabet);
        }
        pending &= 0xffU;
    }
    if (bits > 0) text[out] = character_of(static_cast<int>((pending << (6 - bits)) & 63U), alphabet);
}

std::string base64_encode(ByteView bytes, Base64 spelling) {
    std::string text;
    base64_append(text, bytes, spelling);
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
    int bad = 0;
    for (; text.size() >= kBlockCharacters; text.remove_prefix(kBlockCharacters), out += kBlockBytes) {
        bad |= decode_block(text.data(), bytes.data() + out, alphabet);
    }
    unsigned pending = 0;
    unsigned bits = 0;
    for (const auto character : text) {
        const auto value = value_of(static_cast<unsigned char>(character), alphabet);
        bad |= value;
        pending = (pending << 6U) | static_cast<unsigned>(value & 63);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes[out++] = static_cast<std::uint8_t>(pending >> bits);
            pending &= (1U << bits) - 1U;
        }
    }
    // RFC 4648 §3.5: what is left over must be zero, or several texts would mean the same bytes.
    if (bad < 0 || pending != 0) return std::nullopt;
    return bytes;
}

}  // namespace rogatory::encoding
