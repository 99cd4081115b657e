#include "crypto/encoding/bech32.hpp"

#include <algorithm>
#include <array>

namespace rogatory::encoding {

namespace {

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t kChecksumCharacters = 6;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
char to_lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
char to_upper(char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

// BIP 173, "Checksum": the remainder of a polynomial over GF(32), one symbol at a time.
class Checksum {
public:
    explicit Checksum(std::string_view human_part) {
        for (const auto c : human_part) add(static_cast<unsigned char>(to_lower(c)) >> 5U);
        add(0);
        for (const auto c : human_part) add(static_cast<unsigned char>(to_lower(c)) & 31U);
    }

    void add(std::uint32_t symbol) noexcept {
        constexpr std::array<std::uint32_t, 5> kGenerator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
        const auto top = remainder_ >> 25U;
        remainder_ = ((remainder_ & 0x1ffffffU) << 5U) ^ symbol;
        for (std::size_t i = 0; i < kGenerator.size(); ++i) {
            remainder_ ^= (0U - ((top >> i) & 1U)) & kGenerator[i];
        }
    }

    [[nodiscard]] std::uint32_t remainder() const noexcept { return remainder_; }

private:
    std::uint32_t remainder_ = 1;
};

bool valid_human_part(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= 33 && c <= 126; }) &&
           !(std::any_of(text.begin(), text.end(), is_lower) && std::any_of(text.begin(), text.end(), is_upper));
}

// Compares with every character of the alphabet, so that the time does not depend on which one a secret holds.
std::uint32_t symbol_of(char lower_case) noexcept {
    std::uint32_t found = 32;
    for (std::uint32_t i = 0; i < 32; ++i) {
        const auto difference = static_cast<std::uint32_t>(static_cast<unsigned char>(kAlphabet[i] ^ lower_case));
        const auto same = 0U - ((difference - 1U) >> 31U);
        found = (found & ~same) | (i & same);
    }
    return found;
}

char character_of(std::uint32_t symbol) noexcept {
    std::uint32_t found = 0;
    for (std::uint32_t i = 0; i < 32; ++i) {
        const auto same = 0U - (((i ^ symbol) - 1U) >> 31U);
        found |= static_cast<unsigned char>(kAlphabet[i]) & same;
    }
    return static_cast<char>(found);
}

}  // namespace

std::string bech32_encode(std::string_view human_part, ByteView data) {
    ensure(valid_human_part(human_part), "a Bech32 human part is printable and of one case");
    std::string text;
    text.reserve(human_part.size() + 1 + (data.size() * 8 + 4) / 5 + kChecksumCharacters);
    text.append(human_part).push_back('1');

    Checksum checksum{human_part};
    const auto put = [&](std::uint32_t symbol) {
        checksum.add(symbol);
        text.push_back(character_of(symbol));
    };
    std::uint32_t pending = 0;
    unsigned bits = 0;
    for (const auto byte : data) {
        pending = ((pending << 8U) | byte) & 0xfffU;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            put((pending >> bits) & 31U);
        }
    }
    if (bits > 0) put((pending << (5 - bits)) & 31U);

    for (std::size_t i = 0; i < kChecksumCharacters; ++i) checksum.add(0);
    const auto remainder = checksum.remainder() ^ 1U;
    for (std::size_t i = 0; i < kChecksumCharacters; ++i)
        text.push_back(character_of((remainder >> (5 * (5 - i))) & 31U));

    if (std::any_of(human_part.begin(), human_part.end(), is_upper)) {
        std::transform(text.begin(), text.end(), text.begin(), to_upper);
    }
    return text;
}

std::optional<Bech32> bech32_decode(std::string_view text) {
    if (!valid_human_part(text)) return std::nullopt;  // the same rules hold for the whole
    const auto separator = text.rfind('1');
    if (separator == std::string_view::npos || separator == 0 || text.size() - separator - 1 < kChecksumCharacters) {
        return std::nullopt;
    }
    const auto human_part = text.substr(0, separator);
    const auto symbols = text.substr(separator + 1);
    const auto data_symbols = symbols.size() - kChecksumCharacters;

    Checksum checksum{human_part};
    crypto::SecretBytes data{data_symbols * 5 / 8};
    auto out = data.expose_secret_mutable().begin();
    std::uint32_t pending = 0;
    unsigned bits = 0;
    bool known = true;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        const auto symbol = symbol_of(to_lower(symbols[i]));
        known = known && symbol < 32;
        checksum.add(symbol & 31U);
        if (i >= data_symbols) continue;
        pending = ((pending << 5U) | (symbol & 31U)) & 0xfffU;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            *out++ = static_cast<std::uint8_t>(pending >> bits);
        }
    }
    if (!known || checksum.remainder() != 1) return std::nullopt;
    // BIP 173: "any incomplete group at the end MUST be 4 bits or less, MUST be all zeroes".
    if (bits > 4 || (pending & ((1U << bits) - 1U)) != 0) return std::nullopt;
    return Bech32{std::string{human_part}, std::move(data)};
}

}  // namespace rogatory::encoding
