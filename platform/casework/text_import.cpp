#include "platform/casework/text_import.hpp"

#include <array>

#include "crypto/encoding/canonical_json.hpp"

namespace rogatory::casework {

namespace {

constexpr char32_t kReplacement = 0xFFFD;

void append(std::string& out, char32_t c) {
    const auto byte = [&](char32_t value) { out += static_cast<char>(static_cast<unsigned char>(value)); };
    if (c < 0x80) {
        byte(c);
    } else if (c < 0x800) {
        byte(0xC0 | (c >> 6));
        byte(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        byte(0xE0 | (c >> 12));
        byte(0x80 | ((c >> 6) & 0x3F));
        byte(0x80 | (c & 0x3F));
    } else {
        byte(0xF0 | (c >> 18));
        byte(0x80 | ((c >> 12) & 0x3F));
        byte(0x80 | ((c >> 6) & 0x3F));
        byte(0x80 | (c & 0x3F));
    }
}

std::string from_utf16(ByteView bytes, bool little) {
    const auto unit = [&](std::size_t at) -> char32_t {
        const auto low = bytes[little ? at : at + 1];
        const auto high = bytes[little ? at + 1 : at];
        return static_cast<char32_t>(high) << 8 | static_cast<char32_t>(low);
    };
    std::string out;
    std::size_t at = 0;
    for (; at + 1 < bytes.size(); at += 2) {
        const auto c = unit(at);
        const auto next = at + 3 < bytes.size() ? unit(at + 2) : 0;
        if (c >= 0xD800 && c < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
            append(out, 0x10000 + ((c - 0xD800) << 10) + (next - 0xDC00));
            at += 2;
        } else {
            append(out, c >= 0xD800 && c < 0xE000 ? kReplacement : c);
        }
    }
    if (at < bytes.size()) append(out, kReplacement);
    return out;
}

// 0x80 to 0x9F of Windows-1252; zero where it has no character.
constexpr std::array<char32_t, 32> kWindows1252{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

std::string from_windows_1252(ByteView bytes) {
    std::string out;
    for (const auto b : bytes) {
        const auto c = static_cast<char32_t>(b);
        if (c < 0x80 || c >= 0xA0) {
            append(out, c);
        } else {
            const auto mapped = kWindows1252.at(c - 0x80);
            append(out, mapped == 0 ? kReplacement : mapped);
        }
    }
    return out;
}

// Every other byte zero, in the first hundred characters, is UTF-16 of a European text.
bool looks_utf16(ByteView bytes, std::size_t zero_at) {
    if (bytes.size() < 4 || bytes.size() % 2 != 0) return false;
    std::size_t zeros = 0;
    std::size_t pairs = 0;
    for (std::size_t at = 0; at + 1 < bytes.size() && at < 200; at += 2, ++pairs)
        zeros += bytes[at + zero_at] == 0 ? 1U : 0U;
    return zeros * 10 >= pairs * 9;
}

bool starts_with(ByteView bytes, std::string_view mark) {
    if (bytes.size() < mark.size()) return false;
    for (std::size_t i = 0; i < mark.size(); ++i)
        if (static_cast<unsigned char>(bytes[i]) != static_cast<unsigned char>(mark[i])) return false;
    return true;
}

// Latin letters with marks as they stand in both languages of the platform, by their base letter.
struct Folded {
    std::string_view letters;
    char base;
};
constexpr std::array<Folded, 8> kFolded{{{"àâäáãÀÂÄÁÃ", 'a'},
                                         {"éèêëÉÈÊË", 'e'},
                                         {"îïíÎÏÍ", 'i'},
                                         {"ôöóõÔÖÓÕ", 'o'},
                                         {"ùûüúÙÛÜÚ", 'u'},
                                         {"çÇ", 'c'},
                                         {"ñÑ", 'n'},
                                         {"ÿŸ", 'y'}}};

char folded(std::string_view two_bytes) {
    for (const auto& entry : kFolded)
        for (std::size_t i = 0; i + 1 < entry.letters.size(); i += 2)
            if (entry.letters.substr(i, 2) == two_bytes) return entry.base;
    return 0;
}

}  // namespace

std::string_view to_text(Encoding encoding) noexcept {
    switch (encoding) {
        case Encoding::utf8:
            return "utf-8";
        case Encoding::utf16le:
            return "utf-16le";
        case Encoding::utf16be:
            return "utf-16be";
        case Encoding::windows1252:
            return "windows-1252";
    }
    return "utf-8";
}

Decoded decode_text(ByteView bytes) {
    if (starts_with(bytes, "\xFF\xFE")) return {from_utf16(bytes.subspan(2), true), Encoding::utf16le};
    if (starts_with(bytes, "\xFE\xFF")) return {from_utf16(bytes.subspan(2), false), Encoding::utf16be};
    const auto rest = starts_with(bytes, "\xEF\xBB\xBF") ? bytes.subspan(3) : bytes;
    if (looks_utf16(rest, 1)) return {from_utf16(rest, true), Encoding::utf16le};
    if (looks_utf16(rest, 0)) return {from_utf16(rest, false), Encoding::utf16be};
    std::string text;
    for (const auto b : rest) text += static_cast<char>(b);
    if (encoding::is_utf8(text)) return {std::move(text), Encoding::utf8};
    return {from_windows_1252(rest), Encoding::windows1252};
}

std::string plain_words(std::string_view text) {
    std::string out;
    bool space = false;
    const auto put = [&](std::string_view what) {
        if (space && !out.empty()) out += ' ';
        space = false;
        out += what;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto rest = text.substr(i);
        const char c = rest.front();
        if (c == ' ' || c == '_' || c == '\t' || c == '\n' || c == '\r' || c == '\'') {
            space = true;
        } else if (rest.starts_with("\xC2\xA0")) {
            space = true;
            i += 1;
        } else if (rest.starts_with("\xE2\x80\xAF") || rest.starts_with("\xE2\x80\x99")) {  // narrow no-break space, ’
            space = true;
            i += 2;
        } else if (const char base = folded(rest.substr(0, 2)); base != 0) {
            put(std::string_view{&base, 1});
            i += 1;
        } else {
            const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            put(std::string_view{&small, 1});
        }
    }
    return out;
}

}  // namespace rogatory::casework
