#include "crypto/encoding/crockford.hpp"

#include <array>

namespace rogatory::encoding {

namespace {

constexpr std::size_t kDataSymbols = 26;  // 130 bits: the first two are zero
constexpr std::size_t kSymbols = 28;
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

using Symbols = crypto::Secret<kSymbols>;

// GF(32) with x^5 + x^2 + 1, whose x is a primitive element. Multiplication without tables: symbols are secret.
constexpr std::uint8_t times_x(std::uint8_t a) noexcept {
    const unsigned wide = a;
    return static_cast<std::uint8_t>(((wide << 1U) ^ ((0U - (wide >> 4U)) & 0x25U)) & 31U);
}
constexpr std::uint8_t times(std::uint8_t a, std::uint8_t b) noexcept {
    unsigned product = 0;
    const unsigned factor = b;
    for (unsigned bit = 0; bit < 5; ++bit) {
        product ^= (0U - ((factor >> bit) & 1U)) & a;
        a = times_x(a);
    }
    return static_cast<std::uint8_t>(product);
}
static_assert(times(16, 2) == 5 && times(31, 1) == 31 && times(0, 17) == 0);

// The code word, read as a polynomial with its first symbol at the highest power, has the roots x and x². Two roots in
// a row and a length of at most 31 give distance three: any change of one or two symbols is seen.
struct Syndrome {
    std::uint8_t at_x = 0;
    std::uint8_t at_x2 = 0;

    constexpr void add(std::uint8_t symbol) noexcept {
        at_x = static_cast<std::uint8_t>(times_x(at_x) ^ symbol);
        at_x2 = static_cast<std::uint8_t>(times(at_x2, 4) ^ symbol);
    }
};

// Ends the word with the two symbols c, d that make both syndromes zero:
//   c·x + d = at_x·x²,  c·x² + d = at_x2·x⁴   ⇒   c = (at_x·x² + at_x2·x⁴) / (x + x²).
constexpr std::uint8_t inverse(std::uint8_t a) noexcept {  // a^30
    std::uint8_t result = 1;
    for (int i = 0; i < 30; ++i) result = times(result, a);
    return result;
}
constexpr std::uint8_t kDivisor = inverse(0x2 ^ 0x4);
static_assert(times(kDivisor, 0x2 ^ 0x4) == 1);

char character_of(std::uint8_t symbol) noexcept {
    unsigned found = 0;
    for (unsigned i = 0; i < 32; ++i) {
        const auto same = 0U - (((i ^ symbol) - 1U) >> 31U);
        found |= static_cast<unsigned char>(kAlphabet[i]) & same;
    }
    return static_cast<char>(found);
}

// 0 to 31; 32 if it is none. Time does not depend on which character it is, only on whether it is one.
std::uint8_t symbol_of(char character) noexcept {
    if (character >= 'a' && character <= 'z') character = static_cast<char>(character - 'a' + 'A');
    if (character == 'O') character = '0';
    if (character == 'I' || character == 'L') character = '1';
    unsigned found = 32;
    for (unsigned i = 0; i < 32; ++i) {
        const auto difference = static_cast<unsigned>(static_cast<unsigned char>(kAlphabet[i] ^ character));
        const auto same = 0U - ((difference - 1U) >> 31U);
        found = (found & ~same) | (i & same);
    }
    return static_cast<std::uint8_t>(found);
}

// The length of the separator at the start of the text, or 0: white space, '-', and U+2010 to U+2015, which word
// processors put in place of a dash (E2 80 90 … E2 80 95 in UTF-8), and the no-break space U+00A0.
std::size_t separator_length(std::string_view text) noexcept {
    const auto first = text.front();
    if (first == ' ' || first == '-' || first == '\t' || first == '\r' || first == '\n') return 1;
    if (text.starts_with("\xc2\xa0")) return 2;
    if (text.size() >= 3 && text.starts_with("\xe2\x80")) {
        const auto third = static_cast<unsigned char>(text[2]);
        if (third >= 0x90 && third <= 0x95) return 3;
    }
    return 0;
}

// The symbols of the text, or nullopt if a character is none or there are more than 28.
std::optional<std::size_t> read_symbols(std::string_view text, Symbols& into) {
    std::size_t count = 0;
    while (!text.empty()) {
        if (const auto separator = separator_length(text); separator > 0) {
            text.remove_prefix(separator);
            continue;
        }
        const auto symbol = symbol_of(text.front());
        if (symbol > 31 || count == kSymbols) return std::nullopt;
        into.expose_secret_mutable()[count++] = symbol;
        text.remove_prefix(1);
    }
    return count;
}

Symbols no_symbols() {
    return Symbols::made_by([](MutableByteView) {});
}

}  // namespace

crypto::SecretText code_encode_bytes(std::span<const std::uint8_t, 16> code) {
    auto symbols = no_symbols();
    const auto out = symbols.expose_secret_mutable();
    Syndrome syndrome;
    unsigned pending = 0;
    unsigned bits = 2;  // two zero bits in front make 130
    std::size_t count = 0;
    for (const auto byte : code) {
        pending = ((pending << 8U) | byte) & 0xfffU;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            out[count] = static_cast<std::uint8_t>((pending >> bits) & 31U);
            syndrome.add(out[count++]);
        }
    }
    ensure(count == kDataSymbols && bits == 0, "130 bits are 26 symbols");
    const auto shifted_x = times(syndrome.at_x, 4);     // · x²
    const auto shifted_x2 = times(syndrome.at_x2, 16);  // · x⁴
    out[26] = times(static_cast<std::uint8_t>(shifted_x ^ shifted_x2), kDivisor);
    out[27] = static_cast<std::uint8_t>(shifted_x ^ times_x(out[26]));

    std::string text;
    text.reserve(kSymbols + kSymbols / 4 - 1);
    for (std::size_t i = 0; i < kSymbols; ++i) {
        if (i > 0 && i % 4 == 0) text.push_back('-');
        text.push_back(character_of(out[i]));
    }
    return crypto::SecretText{std::move(text)};
}

std::optional<crypto::Secret<16>> code_decode_bytes(std::string_view text) {
    auto symbols = no_symbols();
    if (read_symbols(text, symbols) != kSymbols) return std::nullopt;
    const auto in = symbols.expose_secret();
    Syndrome syndrome;
    for (const auto symbol : in) syndrome.add(symbol);
    if ((syndrome.at_x | syndrome.at_x2) != 0 || (in[0] >> 3U) != 0) return std::nullopt;
    return crypto::Secret<16>::made_by([&](MutableByteView out) {
        unsigned pending = in[0];
        unsigned bits = 3;
        std::size_t count = 0;
        for (std::size_t i = 1; i < kDataSymbols; ++i) {
            pending = ((pending << 5U) | in[i]) & 0xfffU;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                out[count++] = static_cast<std::uint8_t>(pending >> bits);
            }
        }
    });
}

std::optional<std::size_t> code_characters(std::string_view text) {
    auto symbols = no_symbols();
    return read_symbols(text, symbols);
}

}  // namespace rogatory::encoding
